namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Reads expressions, with Jinja's precedence.</summary>
/// <param name="tokens">The template's tokens.</param>
/// <param name="errors">Makes the template's errors.</param>
internal sealed partial class ExpressionParser(TokenReader tokens, TemplateErrors errors)
{
    private const int MaximumDepth = 100;
    private int depth;

    /// <summary>Collects the variables that expressions mention.</summary>
    public HashSet<string> Names { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Any expression, without unbracketed commas.</summary>
    public Expression ParseExpression()
    {
        if (++depth > MaximumDepth)
        {
            throw errors.At(tokens.Line, $"Expressions nest deeper than {MaximumDepth} levels.", "Use variables for parts of it.");
        }

        var line = tokens.Line;
        var value = ParseOr();
        while (tokens.TakeName("if"))
        {
            var condition = ParseOr();
            value = new ConditionalExpression(line, condition, value, tokens.TakeName("else") ? ParseExpression() : null);
        }

        depth--;
        return value;
    }

    /// <summary>An expression, or several with commas between them: a tuple.</summary>
    public Expression ParseTuple()
    {
        var line = tokens.Line;
        var first = ParseExpression();
        if (!tokens.Is(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (tokens.Take(",") && !tokens.AtTagEnd)
        {
            items.Add(ParseExpression());
        }

        return new ListExpression(line, items, isTuple: true);
    }

    /// <summary>An expression that a condition or another clause may follow: without the conditional form.</summary>
    public Expression ParseOr()
    {
        var left = ParseAnd();
        while (tokens.IsName("or"))
        {
            var line = tokens.Next().Line;
            left = new LogicalExpression(line, isAnd: false, left, ParseAnd());
        }

        return left;
    }

    /// <summary>The filters behind a value or block: <c>| name(arguments)</c>, again and again.</summary>
    public List<(string Name, ArgumentList Arguments)> ParseFilters(bool first)
    {
        var filters = new List<(string, ArgumentList)>();
        while (first || tokens.Take("|"))
        {
            first = false;
            var line = tokens.Line;
            var name = ParseDottedName("a filter's name");
            if (!Filters.Exists(name))
            {
                throw errors.At(line, $"There is no filter '{name}'.", "Only the filters that chat templates use are there.");
            }

            filters.Add((name, tokens.Is("(") ? ParseArguments() : ArgumentList.None));
        }

        return filters;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (tokens.IsName("and"))
        {
            var line = tokens.Next().Line;
            left = new LogicalExpression(line, isAnd: true, left, ParseNot());
        }

        return left;
    }

    private Expression ParseNot()
    {
        if (!tokens.IsName("not"))
        {
            return ParseComparison();
        }

        if (++depth > MaximumDepth)
        {
            throw errors.At(tokens.Line, $"Expressions nest deeper than {MaximumDepth} levels.", "Remove some of the 'not's.");
        }

        var negation = new UnaryExpression(tokens.Next().Line, "not", ParseNot());
        depth--;
        return negation;
    }

    private Expression ParseComparison()
    {
        var line = tokens.Line;
        var first = ParseAdditive();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (tokens.TakeAny("==", "!=", "<=", ">=", "<", ">") is { } op)
            {
                rest.Add((op, ParseAdditive()));
            }
            else if (tokens.TakeName("in"))
            {
                rest.Add(("in", ParseAdditive()));
            }
            else if (tokens.IsName("not") && tokens.NextIsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", ParseAdditive()));
            }
            else
            {
                return rest.Count == 0 ? first : new ComparisonExpression(line, first, rest);
            }
        }
    }

    private Expression ParseAdditive()
    {
        var left = ParseConcat();
        for (var line = tokens.Line; tokens.TakeAny("+", "-") is { } op; line = tokens.Line)
        {
            left = new BinaryExpression(line, op, left, ParseConcat());
        }

        return left;
    }

    private Expression ParseConcat()
    {
        var line = tokens.Line;
        var parts = new List<Expression> { ParseMultiplicative() };
        while (tokens.Take("~"))
        {
            parts.Add(ParseMultiplicative());
        }

        return parts.Count == 1 ? parts[0] : new ConcatExpression(line, parts);
    }

    private Expression ParseMultiplicative()
    {
        var left = ParsePower();
        for (var line = tokens.Line; tokens.TakeAny("*", "//", "/", "%") is { } op; line = tokens.Line)
        {
            left = new BinaryExpression(line, op, left, ParsePower());
        }

        return left;
    }

    private Expression ParsePower()
    {
        var left = ParseUnary(withFilters: true);
        for (var line = tokens.Line; tokens.Take("**"); line = tokens.Line)
        {
            left = new BinaryExpression(line, "**", left, ParseUnary(withFilters: true));
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        if (++depth > MaximumDepth)
        {
            throw errors.At(tokens.Line, $"Expressions nest deeper than {MaximumDepth} levels.", "Use variables for parts of it.");
        }

        var line = tokens.Line;
        Expression value = tokens.TakeAny("-", "+") is { } sign
            ? new UnaryExpression(line, sign, ParseUnary(withFilters: false))
            : ParsePostfix(ParsePrimary());
        depth--;
        return withFilters ? ParseFiltersAndTests(value) : value;
    }

    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            var line = tokens.Line;
            if (tokens.Is("|"))
            {
                foreach (var (name, arguments) in ParseFilters(first: false))
                {
                    value = new FilterExpression(line, value, name, arguments);
                }
            }
            else if (tokens.TakeName("is"))
            {
                value = ParseTest(line, value);
            }
            else if (tokens.Is("("))
            {
                value = new CallExpression(line, value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private TestExpression ParseTest(int line, Expression value)
    {
        var negated = tokens.TakeName("not");
        var name = tokens.TakeAny("==", "!=", "<=", ">=", "<", ">") ?? ParseDottedName("a test's name");
        if (!Tests.Exists(name))
        {
            throw errors.At(line, $"There is no test '{name}'.", "Only the tests that chat templates use are there.");
        }

        var arguments = ArgumentList.None;
        if (tokens.Is("("))
        {
            arguments = ParseArguments();
        }
        else if (
            tokens.Kind is TokenKind.Text or TokenKind.Integer or TokenKind.Float
            || tokens.Is("[")
            || tokens.Is("{")
            || (tokens.Kind == TokenKind.Name && tokens.Value is not ("else" or "or" or "and" or "if" or "is" or "not" or "in"))
        )
        {
            arguments = new ArgumentList([ParsePostfix(ParsePrimary())], []);
        }

        return new TestExpression(line, value, name, arguments, negated);
    }

    private string ParseDottedName(string what)
    {
        var name = tokens.ExpectName(what);
        while (tokens.Take("."))
        {
            name += "." + tokens.ExpectName(what);
        }

        return name;
    }
}
