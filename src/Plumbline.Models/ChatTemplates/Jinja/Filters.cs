namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>What stands behind <c>|</c>.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Func<object?, CallArguments, object?>> All = new(StringComparer.Ordinal)
    {
        ["trim"] = (value, call) => TextMethods.Strip(Text(value, call), call, left: true, right: true),
        ["tojson"] = ToJson,
        ["length"] = (value, call) => Values.Length(value, call.Context, call.Line),
        ["count"] = (value, call) => Values.Length(value, call.Context, call.Line),
        ["join"] = Join,
        ["default"] = Default,
        ["d"] = Default,
        ["upper"] = (value, call) => TextMethods.Map(Text(value, call), call, Text(value, call).Text.ToUpperInvariant()),
        ["lower"] = (value, call) => TextMethods.Map(Text(value, call), call, Text(value, call).Text.ToLowerInvariant()),
        ["capitalize"] = (value, call) => TextMethods.Map(Text(value, call), call, TextMethods.Capitalize(Text(value, call).Text)),
        ["title"] = (value, call) => TextMethods.Map(Text(value, call), call, TextMethods.Title(Text(value, call).Text)),
        ["string"] = (value, call) => Text(value, call),
        // Nothing is escaped for HTML, so nothing needs to be kept from it.
        ["safe"] = (value, call) => Text(value, call),
        ["replace"] = (value, call) =>
            TextMethods.Replace(Text(value, call), call.Text(0, "old"), call.Text(1, "new"), call.Integer(2, "count", -1), call),
        ["center"] = (value, call) => TextPadding.Center(Text(value, call), call.Integer(0, "width", 80), ' ', call),
        ["format"] = (value, call) => TextFormat.Percent(Text(value, call), call.Positional, call.Context, call.Line),
        ["indent"] = Indent,
        ["int"] = ToInteger,
        ["float"] = ToFloat,
        ["abs"] = (value, call) =>
            value is double number ? (object)Math.Abs(number)
            : value is long whole and > long.MinValue ? Math.Abs(whole)
            : throw call.Error($"abs needs a number, not {Values.TypeName(value)}."),
        ["round"] = (value, call) => Round(value, call),
    };

    /// <summary>Whether there is a filter of this name.</summary>
    public static bool Exists(string name) => All.ContainsKey(name) || ListFilters.All.ContainsKey(name);

    /// <summary>Applies a filter.</summary>
    public static object? Apply(string name, object? value, CallArguments call) =>
        All.TryGetValue(name, out var filter) || ListFilters.All.TryGetValue(name, out filter)
            ? filter(value, call)
            : throw call.Error($"There is no filter '{name}'.");

    private static MarkedText Text(object? value, CallArguments call) => Printing.ToText(value, call.Context, call.Line);

    private static MarkedText ToJson(object? value, CallArguments call)
    {
        // The order of transformers' own filter, which replaces Jinja's.
        int? indent = call.Get(1, "indent") is null ? null : (int)Math.Clamp(call.Integer(1, "indent", 0), 0, 16);
        // With an indent Python leaves out the space that would end each line.
        var (items, keys) = (indent is null ? ", " : ",", ": ");
        if (call.Get(2, "separators") is TemplateList { Items: [MarkedText item, MarkedText key] })
        {
            (items, keys) = (item.Text, key.Text);
        }

        var layout = new JsonLayout(
            indent,
            items,
            keys,
            Values.IsTrue(call.Get(3, "sort_keys")),
            Values.IsTrue(call.Get(0, "ensure_ascii"))
        );
        return Printing.ToJson(value, layout, call.Context, call.Line);
    }

    private static MarkedText Join(object? value, CallArguments call)
    {
        var items = Values.Iterate(value, call.Context, call.Line);
        if (call.Named.GetValueOrDefault("attribute") is MarkedText attribute)
        {
            items = [.. items.Select(item => ListFilters.Attribute(item, attribute.Text, call))];
        }

        return TextMethods.Join(Text(call.Get(0, "d", MarkedText.Empty), call), items, call);
    }

    private static object? Default(object? value, CallArguments call)
    {
        var missing = value is UndefinedValue || (Values.IsTrue(call.Get(1, "boolean")) && !Values.IsTrue(value));
        return missing ? call.Get(0, "default_value", MarkedText.Empty) : value;
    }

    private static MarkedText Indent(object? value, CallArguments call)
    {
        var first = Values.IsTrue(call.Get(1, "first"));
        var blank = Values.IsTrue(call.Get(2, "blank"));
        var text = Text(value, call);
        var padding =
            call.Get(0, "width") as MarkedText
            ?? MarkedText.Trusted(new string(' ', (int)Math.Clamp(call.Integer(0, "width", 4), 0, 1000)));
        var builder = new MarkedTextBuilder();
        for (var at = 0; at <= text.Length; )
        {
            var end = text.Text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            var isBlank = text.Text.AsSpan(at, end - at).Trim('\n').IsEmpty;
            call.Context.Charge(call.Line, end - at + padding.Length);
            builder.Append((at == 0 ? first : blank || !isBlank) ? padding : MarkedText.Empty);
            builder.Append(text, at, end);
            at = end == text.Length ? text.Length + 1 : end;
        }

        return builder.ToMarkedText();
    }

    private static object? ToInteger(object? value, CallArguments call)
    {
        var radix = call.Integer(1, "base", 10);
        if (value is MarkedText digits && radix != 10)
        {
            return Radix(digits.Text.Trim(), (int)Math.Clamp(radix, 2, 16)) is { } parsed ? parsed : call.Get(0, "default", 0L);
        }

        var number = value switch
        {
            long or bool => Values.ToLong(value),
            double real when Math.Abs(real) < 9.2e18 => (long)real,
            MarkedText text when long.TryParse(text.Text.Trim(), out var whole) => whole,
            MarkedText text when double.TryParse(text.Text.Trim(), out var real) && Math.Abs(real) < 9.2e18 => (long)real,
            _ => (long?)null,
        };
        return number ?? call.Get(0, "default", 0L);
    }

    private static long? Radix(string text, int radix)
    {
        var prefix = radix switch
        {
            16 => "0x",
            8 => "0o",
            2 => "0b",
            _ => string.Empty,
        };
        var digits = prefix.Length > 0 && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        long total = 0;
        foreach (var character in digits)
        {
            var digit = char.IsAsciiHexDigit(character) ? Convert.ToByte(character.ToString(), 16) : radix;
            if (digit >= radix || total > (long.MaxValue - digit) / radix)
            {
                return null;
            }

            total = (total * radix) + digit;
        }

        return digits.Length == 0 ? null : total;
    }

    private static object? ToFloat(object? value, CallArguments call) =>
        value switch
        {
            _ when Values.IsNumber(value) => Values.ToDouble(value),
            MarkedText text when double.TryParse(text.Text.Trim(), out var real) => real,
            _ => call.Get(0, "default", 0.0),
        };

    private static object Round(object? value, CallArguments call)
    {
        if (!Values.IsNumber(value))
        {
            throw call.Error($"round needs a number, not {Values.TypeName(value)}.");
        }

        var digits = (int)Math.Clamp(call.Integer(0, "precision", 0), -300, 15);
        var method = call.Get(1, "method") is MarkedText text ? text.Text : "common";
        var scale = Math.Pow(10, digits);
        var number = Values.ToDouble(value);
        return method switch
        {
            // Whole numbers stay whole.
            "common" when value is long or bool && digits >= 0 => Values.ToLong(value),
            "common" when digits < 0 => Math.Round(number * scale, MidpointRounding.ToEven) / scale is var rounded && value is double
                ? rounded
                : (object)(long)rounded,
            "common" => Math.Round(number, digits, MidpointRounding.ToEven),
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => throw call.Error($"round knows 'common', 'ceil' and 'floor', not '{method}'."),
        };
    }
}
