using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Python's rules for truth, equality, order, length and iteration of values.</summary>
internal static class Values
{
    /// <summary>What messages call a value's type.</summary>
    public static string TypeName(object? value) =>
        value switch
        {
            null => "none",
            bool => "a boolean",
            long => "an integer",
            double => "a float",
            MarkedText => "a string",
            TemplateList => "a list",
            TemplateMap { IsNamespace: true } => "a namespace",
            TemplateMap => "a dictionary",
            UndefinedValue undefined => $"undefined ('{undefined.Name}')",
            TemplateFunction function => $"the function '{function.Name}'",
            _ => "a loop",
        };

    /// <summary>Whether a condition holds for the value.</summary>
    public static bool IsTrue(object? value) =>
        value switch
        {
            null or UndefinedValue => false,
            bool flag => flag,
            long number => number != 0,
            double number => number != 0,
            MarkedText text => text.Length > 0,
            TemplateList list => list.Items.Count > 0,
            TemplateMap map => map.IsNamespace || map.Entries.Count > 0,
            _ => true,
        };

    /// <summary>Python's ==.</summary>
    public static bool AreEqual(object? left, object? right, RenderContext context, int line)
    {
        context.Step(line);
        if (IsNumber(left) && IsNumber(right))
        {
            return left is long or bool && right is long or bool ? ToLong(left) == ToLong(right) : ToDouble(left) == ToDouble(right);
        }

        return (left, right) switch
        {
            (null, null) => true,
            (MarkedText first, MarkedText second) => first.Text == second.Text,
            (UndefinedValue, UndefinedValue) => true,
            (TemplateList first, TemplateList second) => first.IsTuple == second.IsTuple
                && first.Items.Count == second.Items.Count
                && context.Nested(line, () => ListsAreEqual(first, second, context, line)),
            (TemplateMap { IsNamespace: false } first, TemplateMap { IsNamespace: false } second) => first.Entries.Count
                == second.Entries.Count
                && context.Nested(line, () => MapsAreEqual(first, second, context, line)),
            _ => ReferenceEquals(left, right),
        };
    }

    /// <summary>Python's order of two values: negative, zero or positive.</summary>
    public static int Compare(object? left, object? right, RenderContext context, int line)
    {
        context.Step(line);
        return (left, right) switch
        {
            (MarkedText first, MarkedText second) => CompareCodePoints(first.Text, second.Text),
            _ when IsNumber(left) && IsNumber(right) => left is long or bool && right is long or bool
                ? ToLong(left).CompareTo(ToLong(right))
                : ToDouble(left).CompareTo(ToDouble(right)),
            (TemplateList first, TemplateList second) when first.IsTuple == second.IsTuple => context.Nested(
                line,
                () => CompareLists(first, second, context, line)
            ),
            _ => throw context.Errors.At(line, $"{TypeName(left)} and {TypeName(right)} have no order."),
        };
    }

    /// <summary>Whether the value is a number; truth values count as 0 and 1.</summary>
    public static bool IsNumber(object? value) => value is long or double or bool;

    /// <summary>The value as a floating-point number.</summary>
    public static double ToDouble(object? value) => value is double number ? number : ToLong(value);

    /// <summary>The value as a whole number.</summary>
    public static long ToLong(object? value) => value is bool flag ? (flag ? 1 : 0) : (long)value!;

    /// <summary>Python's len.</summary>
    public static long Length(object? value, RenderContext context, int line) =>
        value switch
        {
            MarkedText text => CountCodePoints(text.Text, context, line),
            TemplateList list => list.Items.Count,
            TemplateMap { IsNamespace: false } map => map.Entries.Count,
            UndefinedValue => 0,
            _ => throw context.Errors.At(line, $"{TypeName(value)} has no length."),
        };

    /// <summary>The elements that a loop over the value sees.</summary>
    public static List<object?> Iterate(object? value, RenderContext context, int line)
    {
        switch (value)
        {
            case TemplateList list:
                context.Step(line, list.Items.Count);
                return list.Items;
            case TemplateMap { IsNamespace: false } map:
                context.Step(line, map.Entries.Count);
                return [.. map.Entries.Keys.Select(key => (object?)MarkedText.Untrusted(key))];
            case UndefinedValue:
                return [];
            case MarkedText text:
                context.Step(line, text.Length);
                return Characters(text);
            default:
                throw context.Errors.At(line, $"{TypeName(value)} cannot be iterated over.");
        }
    }

    /// <summary>Python's in.</summary>
    public static bool Contains(object? container, object? item, RenderContext context, int line)
    {
        switch (container)
        {
            case MarkedText text:
                context.Step(line, text.Length / 64);
                return item is MarkedText part
                    ? text.Text.Contains(part.Text, StringComparison.Ordinal)
                    : throw context.Errors.At(line, $"'in' a string needs a string, not {TypeName(item)}.");
            case TemplateMap { IsNamespace: false } map:
                return item is MarkedText key && map.Entries.ContainsKey(key.Text);
            default:
                return Iterate(container, context, line).Exists(element => AreEqual(element, item, context, line));
        }
    }

    /// <summary>The characters of a text, each a text.</summary>
    public static List<object?> Characters(MarkedText text)
    {
        var characters = new List<object?>(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var length =
                Rune.DecodeFromUtf16(text.Text.AsSpan(at), out _, out var units) == System.Buffers.OperationStatus.Done ? units : 1;
            characters.Add(text.Slice(at, at + length));
            at += length;
        }

        return characters;
    }

    private static long CountCodePoints(string text, RenderContext context, int line)
    {
        context.Step(line, text.Length / 64);
        long count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    // UTF-16 order differs from Python's only where surrogates meet the characters behind them.
    private static int CompareCodePoints(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (left[i] != right[i])
            {
                var leftAstral = char.IsSurrogate(left[i]);
                return leftAstral == char.IsSurrogate(right[i]) ? left[i].CompareTo(right[i])
                    : leftAstral ? 1
                    : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int CompareLists(TemplateList left, TemplateList right, RenderContext context, int line)
    {
        for (var i = 0; i < left.Items.Count && i < right.Items.Count; i++)
        {
            if (!AreEqual(left.Items[i], right.Items[i], context, line))
            {
                return Compare(left.Items[i], right.Items[i], context, line);
            }
        }

        return left.Items.Count.CompareTo(right.Items.Count);
    }

    private static bool ListsAreEqual(TemplateList left, TemplateList right, RenderContext context, int line)
    {
        for (var i = 0; i < left.Items.Count; i++)
        {
            if (!AreEqual(left.Items[i], right.Items[i], context, line))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MapsAreEqual(TemplateMap left, TemplateMap right, RenderContext context, int line)
    {
        foreach (var (key, value) in left.Entries)
        {
            if (!right.Entries.TryGetValue(key, out var other) || !AreEqual(value, other, context, line))
            {
                return false;
            }
        }

        return true;
    }
}
