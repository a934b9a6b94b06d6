namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Reads a template into statements.</summary>
internal sealed class TemplateParser
{
    private const int MaximumDepth = 64;
    private readonly TokenReader tokens;
    private readonly TemplateErrors errors;
    private readonly ExpressionParser expressions;
    private int depth;
    private int loops;

    private TemplateParser(IReadOnlyList<TemplateToken> tokens, TemplateErrors errors)
    {
        this.tokens = new TokenReader(tokens, errors);
        this.errors = errors;
        expressions = new ExpressionParser(this.tokens, errors);
    }

    /// <summary>Whether a <c>generation</c> block was read.</summary>
    private bool HasGeneration { get; set; }

    /// <summary>The statements of a template, and whether there is a <c>generation</c> block among them.</summary>
    public static (IReadOnlyList<Statement> Statements, bool HasGeneration) Parse(string source, TemplateErrors errors)
    {
        var parser = new TemplateParser(TemplateLexer.Read(source, errors), errors);
        var statements = parser.ParseBody("the end of the template");
        return (statements, parser.HasGeneration);
    }

    /// <summary>Statements up to a block whose name is one of <paramref name="ends"/>, which is left for the caller behind its opening.</summary>
    private List<Statement> ParseBody(params ReadOnlySpan<string> ends)
    {
        if (++depth > MaximumDepth)
        {
            throw errors.At(tokens.Line, $"Blocks nest deeper than {MaximumDepth} levels.");
        }

        var body = new List<Statement>();
        while (true)
        {
            var token = tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new DataStatement(token.Line, MarkedText.Trusted(token.Value)));
                    break;
                case TokenKind.VariableBegin:
                    body.Add(new OutputStatement(token.Line, expressions.ParseTuple()));
                    tokens.Expect(TokenKind.VariableEnd, "}}");
                    break;
                case TokenKind.BlockBegin:
                    if (tokens.Kind == TokenKind.Name && ends.Contains(tokens.Value))
                    {
                        depth--;
                        return body;
                    }

                    body.Add(ParseBlock());
                    break;
                default:
                    depth--;
                    return ends[0] == token.Value
                        ? body
                        : throw errors.At(token.Line, $"A block is never closed: {{% {ends[^1]} %}} is missing.");
            }
        }
    }

    private Statement ParseBlock()
    {
        var line = tokens.Line;
        var name = tokens.ExpectName("a statement");
        switch (name)
        {
            case "if":
                return ParseIf(line);
            case "for":
                return ParseFor(line);
            case "set":
                return ParseSet(line);
            case "macro":
                return ParseMacro(line);
            case "call":
                return ParseCall(line);
            case "filter":
                var filters = expressions.ParseFilters(first: true);
                return new CaptureStatement(line, null, filters, ParseClosedBody("endfilter"));
            case "with":
                return ParseWith(line);
            case "generation":
                HasGeneration = true;
                return new GenerationStatement(line, ParseClosedBody("endgeneration"));
            case "break" or "continue" when loops > 0:
                EndBlock();
                return new JumpStatement(line, name == "break" ? Flow.Break : Flow.Continue);
            default:
                throw errors.At(
                    line,
                    $"The statement '{name}' is not understood here.",
                    "Chat templates use if, for, set, macro, call, filter, with and generation."
                );
        }
    }

    private void EndBlock() => tokens.Expect(TokenKind.BlockEnd, "%}");

    /// <summary>The rest of the opening tag, a body, and the closing tag.</summary>
    private List<Statement> ParseClosedBody(string end)
    {
        EndBlock();
        var body = ParseBody(end);
        tokens.Next();
        EndBlock();
        return body;
    }

    private IfStatement ParseIf(int line)
    {
        var branches = new List<(Expression?, IReadOnlyList<Statement>)>();
        Expression? condition = expressions.ParseTuple();
        while (true)
        {
            EndBlock();
            branches.Add((condition, condition is null ? ParseBody("endif") : ParseBody("elif", "else", "endif")));
            var next = tokens.Next().Value;
            if (next == "endif")
            {
                EndBlock();
                return new IfStatement(line, branches);
            }

            condition = next == "elif" ? expressions.ParseTuple() : null;
        }
    }

    private LoopStatement ParseFor(int line)
    {
        var target = ParseTarget(allowField: false);
        if (!tokens.TakeName("in"))
        {
            throw errors.At(tokens.Line, $"'in' is expected, not '{tokens.Value}'.");
        }

        var items = expressions.ParseOr();
        var condition = tokens.TakeName("if") ? expressions.ParseOr() : null;
        if (tokens.IsName("recursive"))
        {
            throw errors.At(line, "Recursive loops are not supported.", "Use a macro that calls itself.");
        }

        EndBlock();
        loops++;
        var body = ParseBody("else", "endfor");
        loops--;
        var otherwise = new List<Statement>();
        if (tokens.Next().Value == "else")
        {
            EndBlock();
            otherwise = ParseBody("endfor");
            tokens.Next();
        }

        EndBlock();
        return new LoopStatement(line, target, items, condition, body, otherwise);
    }

    private Statement ParseSet(int line)
    {
        var target = ParseTarget(allowField: true);
        if (tokens.Take("="))
        {
            var value = expressions.ParseTuple();
            EndBlock();
            return new SetStatement(line, target, value);
        }

        var filters = expressions.ParseFilters(first: false);
        return new CaptureStatement(line, target, filters, ParseOutsideLoops("endset"));
    }

    private AssignmentTarget ParseTarget(bool allowField)
    {
        var bracketed = tokens.Take("(");
        var names = new List<string> { tokens.ExpectName("a variable's name") };
        if (allowField && tokens.Take("."))
        {
            return new AssignmentTarget(names, tokens.ExpectName("a field's name"));
        }

        while (tokens.Take(","))
        {
            names.Add(tokens.ExpectName("a variable's name"));
        }

        if (bracketed)
        {
            tokens.Expect(")");
        }

        return new AssignmentTarget(names, null);
    }

    private MacroStatement ParseMacro(int line)
    {
        var name = tokens.ExpectName("the macro's name");
        var parameters = ParseParameters();
        return new MacroStatement(line, name, parameters, ParseMacroBody("endmacro", out var names), names);
    }

    private CallStatement ParseCall(int line)
    {
        var parameters = tokens.Is("(") ? ParseParameters() : [];
        if (expressions.ParseExpression() is not CallExpression call)
        {
            throw errors.At(line, "A call block needs the call of a macro.");
        }

        return new CallStatement(
            line,
            call,
            new MacroStatement(line, "caller", parameters, ParseMacroBody("endcall", out var names), names)
        );
    }

    /// <summary>The body of a macro, and the names it mentions: a macro that mentions <c>varargs</c> takes any number of values.</summary>
    private List<Statement> ParseMacroBody(string end, out HashSet<string> names)
    {
        var around = expressions.Names;
        names = expressions.Names = new HashSet<string>(StringComparer.Ordinal);
        var body = ParseOutsideLoops(end);
        around.UnionWith(names);
        expressions.Names = around;
        return body;
    }

    /// <summary>A body that runs on its own, so that <c>break</c> in it would have no loop to leave.</summary>
    private List<Statement> ParseOutsideLoops(string end)
    {
        var around = loops;
        loops = 0;
        var body = ParseClosedBody(end);
        loops = around;
        return body;
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        tokens.Expect("(");
        while (!tokens.Take(")"))
        {
            if (parameters.Count > 0)
            {
                tokens.Expect(",");
            }

            var name = tokens.ExpectName("a parameter's name");
            parameters.Add((name, tokens.Take("=") ? expressions.ParseExpression() : null));
        }

        return parameters;
    }

    private WithStatement ParseWith(int line)
    {
        var variables = new List<(string, Expression)>();
        while (!tokens.AtTagEnd)
        {
            if (variables.Count > 0)
            {
                tokens.Expect(",");
            }

            var name = tokens.ExpectName("a variable's name");
            tokens.Expect("=");
            variables.Add((name, expressions.ParseExpression()));
        }

        return new WithStatement(line, variables, ParseClosedBody("endwith"));
    }
}
