using System.Globalization;

namespace Plumbline.Models.ChatTemplates.Jinja;

// What operators stand between: literals, names, brackets, and the attributes, subscripts and calls behind them.
internal sealed partial class ExpressionParser
{
    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            var line = tokens.Line;
            if (tokens.Take("."))
            {
                value =
                    tokens.Kind == TokenKind.Integer
                        ? new IndexExpression(line, value, new LiteralExpression(line, ParseInteger(tokens.Next())))
                        : new AttributeExpression(line, value, tokens.ExpectName("an attribute's name"));
            }
            else if (tokens.Take("["))
            {
                value = ParseSubscript(line, value);
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

    private Expression ParseSubscript(int line, Expression target)
    {
        var start = tokens.Is(":") ? null : ParseExpression();
        if (!tokens.Take(":"))
        {
            tokens.Expect("]");
            return new IndexExpression(line, target, start!);
        }

        var stop = tokens.Is(":") || tokens.Is("]") ? null : ParseExpression();
        var step = tokens.Take(":") && !tokens.Is("]") ? ParseExpression() : null;
        tokens.Expect("]");
        return new SliceExpression(line, target, start, stop, step);
    }

    private ArgumentList ParseArguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        tokens.Expect("(");
        while (!tokens.Take(")"))
        {
            if (positional.Count + named.Count > 0)
            {
                tokens.Expect(",");
                if (tokens.Take(")"))
                {
                    break;
                }
            }

            if (tokens.Kind == TokenKind.Name && tokens.NextIs("="))
            {
                var name = tokens.Next().Value;
                tokens.Next();
                named.Add((name, ParseExpression()));
            }
            else if (named.Count > 0)
            {
                throw errors.At(tokens.Line, "An argument without a name follows one with a name.", "Put it before.");
            }
            else
            {
                positional.Add(ParseExpression());
            }
        }

        return new ArgumentList(positional, named);
    }

    private Expression ParsePrimary()
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.Text:
                var text = token.Value;
                while (tokens.Kind == TokenKind.Text)
                {
                    text += tokens.Next().Value;
                }

                return new LiteralExpression(token.Line, MarkedText.Trusted(text));
            case TokenKind.Integer:
                return new LiteralExpression(token.Line, ParseInteger(token));
            case TokenKind.Float:
                return new LiteralExpression(token.Line, double.Parse(token.Value, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Value == "(":
                return ParseBracketed(token.Line, ")", isTuple: true);
            case TokenKind.Operator when token.Value == "[":
                return ParseBracketed(token.Line, "]", isTuple: false);
            case TokenKind.Operator when token.Value == "{":
                return ParseMap(token.Line);
            default:
                throw errors.At(token.Line, $"A value is expected, not '{token.Value}'.");
        }
    }

    private Expression ParseName(TemplateToken token)
    {
        switch (token.Value)
        {
            case "true" or "True":
                return new LiteralExpression(token.Line, true);
            case "false" or "False":
                return new LiteralExpression(token.Line, false);
            case "none" or "None":
                return new LiteralExpression(token.Line, null);
            case "and" or "or" or "in" or "is" or "if" or "else" or "not":
                throw errors.At(token.Line, $"A value is expected, not '{token.Value}'.");
            default:
                Names.Add(token.Value);
                return new NameExpression(token.Line, token.Value);
        }
    }

    private Expression ParseBracketed(int line, string closing, bool isTuple)
    {
        var items = new List<Expression>();
        var sawComma = false;
        while (!tokens.Take(closing))
        {
            if (items.Count > 0)
            {
                tokens.Expect(",");
                sawComma = true;
                if (tokens.Take(closing))
                {
                    break;
                }
            }

            items.Add(ParseExpression());
        }

        // Round brackets around one value without a comma only group.
        return isTuple && items.Count == 1 && !sawComma ? items[0] : new ListExpression(line, items, isTuple);
    }

    private MapExpression ParseMap(int line)
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.Take("}"))
        {
            if (entries.Count > 0)
            {
                tokens.Expect(",");
                if (tokens.Take("}"))
                {
                    break;
                }
            }

            var key = ParseExpression();
            tokens.Expect(":");
            entries.Add((key, ParseExpression()));
        }

        return new MapExpression(line, entries);
    }

    private long ParseInteger(TemplateToken token) =>
        long.TryParse(token.Value, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw errors.At(token.Line, $"The number {token.Value} is too large for a 64-bit integer.");
}
