namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>Attributes, items and slices of values.</summary>
internal static class Access
{
    /// <summary><c>target.name</c>: a method first, then an entry, as Jinja looks.</summary>
    public static object? Attribute(object? target, string name, RenderContext context, int line) =>
        target switch
        {
            UndefinedValue undefined => throw context.Errors.At(
                line,
                $"'{undefined.Name}' is undefined and has no '{name}'.",
                "Ask 'is defined' first, or give the template what it expects."
            ),
            LoopState loop => loop.Attribute(name, context, line),
            MarkedText text => (object?)TextMethods.Find(text, name) ?? new UndefinedValue(name),
            TemplateMap map => (object?)MapMethods.Find(map, name) ?? Entry(map, name),
            TemplateList list => (object?)ListMethods.Find(list, name) ?? new UndefinedValue(name),
            _ => new UndefinedValue(name),
        };

    /// <summary><c>target[index]</c>: an entry first, then a method.</summary>
    public static object? Item(object? target, object? index, RenderContext context, int line)
    {
        switch (target, index)
        {
            case (TemplateMap map, MarkedText key):
                return map.Entries.TryGetValue(key.Text, out var value)
                    ? value
                    : (object?)MapMethods.Find(map, key.Text) ?? new UndefinedValue(key.Text);
            case (TemplateList list, long or bool):
                return At(list.Items.Count, Values.ToLong(index)) is { } position ? list.Items[position] : new UndefinedValue($"[{index}]");
            case (MarkedText text, long or bool):
                context.Step(line, text.Length / 16);
                var characters = Values.Characters(text);
                return At(characters.Count, Values.ToLong(index)) is { } place ? characters[place] : new UndefinedValue($"[{index}]");
            case (_, MarkedText name):
                return Attribute(target, name.Text, context, line);
            case (UndefinedValue undefined, _):
                throw context.Errors.At(line, $"'{undefined.Name}' is undefined and has no elements.", "Ask 'is defined' first.");
            default:
                return new UndefinedValue(Values.TypeName(index));
        }
    }

    /// <summary><c>target[start:stop:step]</c></summary>
    public static object Slice(object? target, long? start, long? stop, long? step, RenderContext context, int line)
    {
        if (step == 0)
        {
            throw context.Errors.At(line, "The step of a slice must not be 0.");
        }

        switch (target)
        {
            case TemplateList list:
                context.Step(line, list.Items.Count);
                return new TemplateList([.. Positions(list.Items.Count, start, stop, step ?? 1).Select(i => list.Items[i])], list.IsTuple);
            case MarkedText text:
                context.Step(line, text.Length);
                context.Charge(line, text.Length);
                var characters = Values.Characters(text);
                var builder = new MarkedTextBuilder();
                foreach (var i in Positions(characters.Count, start, stop, step ?? 1))
                {
                    builder.Append((MarkedText)characters[i]!);
                }

                return builder.ToMarkedText();
            case UndefinedValue:
                return target;
            default:
                throw context.Errors.At(line, $"{Values.TypeName(target)} cannot be sliced.");
        }
    }

    /// <summary>The key of a dictionary entry.</summary>
    public static string Key(object? key, RenderContext context, int line) =>
        key is MarkedText text
            ? text.Text
            : throw context.Errors.At(line, $"Keys of a dictionary must be strings, not {Values.TypeName(key)}.");

    private static object? Entry(TemplateMap map, string name) =>
        map.Entries.TryGetValue(name, out var value) ? value : new UndefinedValue(name);

    private static int? At(int count, long index)
    {
        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? (int)index : null;
    }

    /// <summary>The positions that Python's slice visits.</summary>
    private static IEnumerable<int> Positions(int count, long? start, long? stop, long step)
    {
        var (low, high) = step > 0 ? (0L, (long)count) : (-1L, count - 1L);
        var from = start is { } first ? Math.Clamp(first < 0 ? first + count : first, low, high) : (step > 0 ? low : high);
        var to = stop is { } last ? Math.Clamp(last < 0 ? last + count : last, low, high) : (step > 0 ? high : low);
        step = Math.Clamp(step, -int.MaxValue, int.MaxValue);
        for (var i = from; step > 0 ? i < to : i > to; i += step)
        {
            yield return (int)i;
        }
    }
}
