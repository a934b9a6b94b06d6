namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Python's arithmetic on numbers, strings and lists.</summary>
internal static class Arithmetic
{
    /// <summary>Applies an operator.</summary>
    public static object? Apply(string op, object? left, object? right, RenderContext context, int line)
    {
        switch (op, left, right)
        {
            case ("+", MarkedText first, MarkedText second):
                context.Charge(line, (long)first.Length + second.Length);
                return first.Concat(second);
            case ("+", TemplateList first, TemplateList second):
                context.Step(line, first.Items.Count + second.Items.Count);
                return new TemplateList([.. first.Items, .. second.Items], first.IsTuple);
            case ("*", MarkedText text, long count):
                return Repeat(text, count, context, line);
            case ("*", long count, MarkedText text):
                return Repeat(text, count, context, line);
            case ("*", TemplateList list, long count):
                return Repeat(list, count, context, line);
            case ("%", MarkedText pattern, _):
                return TextFormat.Percent(pattern, right is TemplateList { IsTuple: true } tuple ? tuple.Items : [right], context, line);
            case var _ when Values.IsNumber(left) && Values.IsNumber(right):
                return Numbers(op, left, right, context, line);
            default:
                throw context.Errors.At(
                    line,
                    $"'{op}' does not work between {Values.TypeName(left)} and {Values.TypeName(right)}.",
                    "A message may lack a field, or have one of another type, than the template expects."
                );
        }
    }

    private static MarkedText Repeat(MarkedText text, long count, RenderContext context, int line)
    {
        count = Math.Max(0, count);
        context.Charge(line, text.Length == 0 ? 0 : checked(Math.Min(count, int.MaxValue) * text.Length));
        context.Step(line, text.Length == 0 ? 0 : count);
        var builder = new MarkedTextBuilder();
        for (var i = 0L; i < count && text.Length > 0; i++)
        {
            builder.Append(text);
        }

        return builder.ToMarkedText();
    }

    private static TemplateList Repeat(TemplateList list, long count, RenderContext context, int line)
    {
        count = list.Items.Count == 0 ? 0 : Math.Clamp(count, 0, int.MaxValue);
        context.Step(line, count * list.Items.Count);
        var items = new List<object?>();
        for (var i = 0L; i < count; i++)
        {
            items.AddRange(list.Items);
        }

        return new TemplateList(items, list.IsTuple);
    }

    private static object Numbers(string op, object? left, object? right, RenderContext context, int line)
    {
        try
        {
            var zeroDivisor = op is "/" or "//" or "%" && Values.ToDouble(right) == 0;
            return zeroDivisor ? throw context.Errors.At(line, "Division by zero.")
                : left is double || right is double || op == "/" ? Floats(op, Values.ToDouble(left), Values.ToDouble(right))
                : Integers(op, Values.ToLong(left), Values.ToLong(right));
        }
        catch (OverflowException failure)
        {
            throw new InvalidInputException(
                $"The result of '{op}' is too large for a 64-bit integer.",
                null,
                context.Errors.At(line, string.Empty).Position,
                failure
            );
        }
    }

    private static object Integers(string op, long left, long right) =>
        op switch
        {
            "+" => checked(left + right),
            "-" => checked(left - right),
            "*" => checked(left * right),
            "//" => FloorDivide(left, right),
            // Python's remainder has the sign of the divisor.
            "%" => right == -1 ? 0L : ((left % right) + right) % right,
            _ => Power(left, right),
        };

    private static long FloorDivide(long left, long right)
    {
        var quotient = checked(left / right);
        return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
    }

    private static object Power(long left, long right)
    {
        if (right < 0)
        {
            return Math.Pow(left, right);
        }

        var result = 1L;
        // A base of 0, 1 or -1 never overflows, so the exponent alone must not bound the loop.
        for (var i = left is 0 or 1 or -1 ? Math.Min(right, 2 + (right & 1)) : right; i > 0; i--)
        {
            result = checked(result * left);
        }

        return result;
    }

    private static double Floats(string op, double left, double right) =>
        op switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "//" => Math.Floor(left / right),
            "%" => left - (right * Math.Floor(left / right)),
            _ => Math.Pow(left, right),
        };
}
