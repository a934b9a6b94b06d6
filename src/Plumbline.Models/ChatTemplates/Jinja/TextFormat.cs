using System.Globalization;
using System.Numerics;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>
/// Python's <c>'%s' % value</c> and <c>'{}'.format(value)</c>, with the conversions that templates use: s, r, d, f, x. What the pattern wrote keeps its
/// marks, and so do texts put into it.
/// </summary>
internal static class TextFormat
{
    /// <summary>Formatting with percent signs.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="values">The values, in order.</param>
    /// <param name="context">The rendering.</param>
    /// <param name="line">The line.</param>
    public static MarkedText Percent(MarkedText pattern, IReadOnlyList<object?> values, RenderContext context, int line)
    {
        var builder = new MarkedTextBuilder();
        var used = 0;
        for (var at = 0; at < pattern.Length; )
        {
            var percent = pattern.Text.IndexOf('%', at);
            percent = percent < 0 ? pattern.Length : percent;
            builder.Append(pattern, at, percent);
            at = percent + 1;
            if (at < pattern.Length && pattern.Text[at] == '%')
            {
                builder.Append(pattern, at, ++at);
            }
            else if (percent < pattern.Length)
            {
                var field = FormatField.Percent(pattern.Text, ref at, Unknown);
                var value =
                    used < values.Count ? values[used++] : throw context.Errors.At(line, "There are fewer values than conversions.");
                builder.Append(Field(field, value, context, line));
            }

            context.Step(line);
            context.Charge(line, builder.Length);
        }

        return used == values.Count ? builder.ToMarkedText() : throw context.Errors.At(line, "There are more values than conversions.");

        InvalidInputException Unknown(string what) =>
            context.Errors.At(line, $"The conversion '%{what}' is not supported.", "Chat templates can use %s, %r, %d, %f and %x.");
    }

    /// <summary>Formatting with braces.</summary>
    public static MarkedText Braces(MarkedText pattern, CallArguments call)
    {
        var builder = new MarkedTextBuilder();
        var next = 0;
        for (var at = 0; at < pattern.Length; )
        {
            var brace = pattern.Text.AsSpan(at).IndexOfAny('{', '}');
            brace = brace < 0 ? pattern.Length : at + brace;
            builder.Append(pattern, at, brace);
            at = brace + 1;
            if (at < pattern.Length && pattern.Text[at] == pattern.Text[brace])
            {
                builder.Append(pattern, at, ++at);
            }
            else if (brace < pattern.Length)
            {
                var end = pattern.Text[brace] == '{' ? pattern.Text.IndexOf('}', at) : -1;
                if (end < 0)
                {
                    throw call.Error("A brace of format stands alone.", "Write it twice.");
                }

                var parts = pattern.Text[at..end].Split(':', 2);
                var field = FormatField.Braces(parts.Length > 1 ? parts[1] : string.Empty, what => Unknown(what));
                builder.Append(Field(field, Argument(parts[0], ref next, call), call.Context, call.Line));
                at = end + 1;
            }

            call.Context.Step(call.Line);
            call.Context.Charge(call.Line, builder.Length);
        }

        return builder.ToMarkedText();

        InvalidInputException Unknown(string what) =>
            call.Error($"The format '{what}' is not supported.", "Use width, precision and d, f, s or x.");
    }

    private static object? Argument(string name, ref int next, CallArguments call)
    {
        var index =
            name.Length == 0 ? next++
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place
            : -1;
        return index >= 0 && index < call.Positional.Count ? call.Positional[index]
            : index < 0 && call.Named.TryGetValue(name, out var value) ? value
            : throw call.Error($"format has no value for '{{{name}}}'.", "Values can be named or numbered; parts of them cannot.");
    }

    private static MarkedText Field(FormatField field, object? value, RenderContext context, int line)
    {
        var conversion = field.Conversion is '\0' ? (field.Precision is not null && value is double ? 'f' : 's') : field.Conversion;
        var text = conversion switch
        {
            's' => Printing.ToText(value, context, line),
            'r' => Printing.Representation(value, context, line),
            _ when !Values.IsNumber(value) => throw context.Errors.At(
                line,
                $"'{conversion}' needs a number, not {Values.TypeName(value)}."
            ),
            'f' => Number(Fixed(Values.ToDouble(value), field.Precision ?? 6), field),
            _ when value is double real && (field.IsBraces || !double.IsFinite(real) || Math.Abs(real) >= 9.2e18) =>
                throw context.Errors.At(line, $"'{conversion}' needs a whole number."),
            'd' => Number(Whole(value).ToString(CultureInfo.InvariantCulture), field),
            _ => Number(
                (Whole(value) < 0 ? "-" : string.Empty)
                    + BigInteger.Abs(Whole(value)).ToString("x", CultureInfo.InvariantCulture).TrimStart('0').PadLeft(1, '0'),
                field
            ),
        };
        var call = new CallArguments(context, line, [], []);
        var isText = conversion is 's' or 'r';
        if (isText && field.Precision is { } longest)
        {
            text = (MarkedText)Access.Slice(text, null, longest, null, context, line);
        }

        var align =
            field.Align != '\0' ? field.Align
            : field.IsBraces && isText && !Values.IsNumber(value) ? '<'
            : '>';
        return field.Zeros && !isText && field.Align == '\0' ? TextPadding.ZeroFill(text, field.Width, call)
            : align == '^' ? Centred(text, field, call)
            : TextPadding.Pad(text, field.Width, field.Filling, left: align == '>', call);
    }

    // Other than the method center, formatting puts the larger part behind.
    private static MarkedText Centred(MarkedText text, FormatField field, CallArguments call)
    {
        var missing = Math.Max(0, field.Width - Values.Length(text, call.Context, call.Line));
        return TextPadding.Pad(
            TextPadding.Pad(text, field.Width - missing + (missing / 2), field.Filling, left: true, call),
            field.Width,
            field.Filling,
            left: false,
            call
        );
    }

    private static MarkedText Number(string digits, FormatField field) =>
        // A number may come from a message, but no special token is made of digits alone.
        MarkedText.Untrusted(field.Plus && digits[0] != '-' ? "+" + digits : digits);

    private static BigInteger Whole(object? value) => value is double real ? new BigInteger(Math.Truncate(real)) : Values.ToLong(value);

    /// <summary>A number with so many decimals, rounded half to even on its exact value, as Python does.</summary>
    private static string Fixed(double value, int decimals)
    {
        if (!double.IsFinite(value))
        {
            return Printing.Float(value);
        }

        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = exponent == 0 ? bits & 0xFFFFFFFFFFFFF : (bits & 0xFFFFFFFFFFFFF) | (1L << 52);
        var shift = Math.Max(exponent, 1) - 1075;
        var scaled = mantissa * BigInteger.Pow(10, decimals);
        var rounded = shift >= 0 ? scaled << shift : scaled >> -shift;
        if (shift < 0)
        {
            var twice = (scaled - (rounded << -shift)) << 1;
            var one = BigInteger.One << -shift;
            rounded += twice > one || (twice == one && !rounded.IsEven) ? 1 : 0;
        }

        var digits = rounded.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var whole = (double.IsNegative(value) ? "-" : string.Empty) + digits[..^decimals];
        return decimals == 0 ? whole : $"{whole}.{digits[^decimals..]}";
    }
}
