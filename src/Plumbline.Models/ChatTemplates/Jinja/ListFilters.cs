namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>The filters that work on lists and dictionaries.</summary>
internal static class ListFilters
{
    /// <summary>The filters by name.</summary>
    public static readonly Dictionary<string, Func<object?, CallArguments, object?>> All = new(StringComparer.Ordinal)
    {
        ["first"] = (value, call) => Items(value, call) is [var first, ..] ? first : new UndefinedValue("the first of nothing"),
        ["last"] = (value, call) => Items(value, call) is [.., var last] ? last : new UndefinedValue("the last of nothing"),
        ["list"] = (value, call) => new TemplateList([.. Items(value, call)]),
        ["reverse"] = Reverse,
        ["items"] = (value, call) =>
            value is TemplateMap { IsNamespace: false } map ? MapMethods.Items(map, call)
            : value is UndefinedValue ? new TemplateList([])
            : throw call.Error($"items needs a dictionary, not {Values.TypeName(value)}."),
        ["dictsort"] = (value, call) =>
            value is TemplateMap map
                ? Sorted(MapMethods.Items(map, call).Items, pair => ((TemplateList)pair!).Items[0], call)
                : throw call.Error($"dictsort needs a dictionary, not {Values.TypeName(value)}."),
        ["sort"] = Sort,
        ["unique"] = Unique,
        ["sum"] = (value, call) =>
            Mapped(value, call).Aggregate((object?)0L, (total, item) => Arithmetic.Apply("+", total, item, call.Context, call.Line)),
        ["min"] = (value, call) => Extreme(value, call, sign: 1),
        ["max"] = (value, call) => Extreme(value, call, sign: -1),
        ["map"] = Map,
        ["select"] = (value, call) => Select(value, call, 0, item => item, wanted: true),
        ["reject"] = (value, call) => Select(value, call, 0, item => item, wanted: false),
        ["selectattr"] = (value, call) =>
            Select(value, call, 1, item => Attribute(item, call.Text(0, "attribute").Text, call), wanted: true),
        ["rejectattr"] = (value, call) =>
            Select(value, call, 1, item => Attribute(item, call.Text(0, "attribute").Text, call), wanted: false),
    };

    /// <summary>An attribute of an element, with dots for attributes of attributes.</summary>
    public static object? Attribute(object? item, string path, CallArguments call)
    {
        foreach (var name in path.Split('.'))
        {
            object? key = long.TryParse(name, out var index) ? index : MarkedText.Untrusted(name);
            item = Access.Item(item, key, call.Context, call.Line);
        }

        return item;
    }

    private static List<object?> Items(object? value, CallArguments call) => Values.Iterate(value, call.Context, call.Line);

    private static List<object?> Mapped(object? value, CallArguments call) =>
        call.Named.GetValueOrDefault("attribute") is MarkedText attribute
            ? [.. Items(value, call).Select(item => Attribute(item, attribute.Text, call))]
            : Items(value, call);

    private static object Reverse(object? value, CallArguments call)
    {
        var items = new List<object?>(Items(value, call));
        items.Reverse();
        return value is MarkedText ? TextMethods.Join(MarkedText.Empty, items, call) : new TemplateList(items);
    }

    private static TemplateList Map(object? value, CallArguments call)
    {
        if (call.Named.GetValueOrDefault("attribute") is MarkedText attribute)
        {
            var otherwise = call.Named.TryGetValue("default", out var given) ? given : null;
            var useDefault = call.Named.ContainsKey("default");
            return new TemplateList([
                .. Items(value, call)
                    .Select(item => Attribute(item, attribute.Text, call))
                    .Select(item => item is UndefinedValue && useDefault ? otherwise : item),
            ]);
        }

        var filter = call.Text(0, "filter").Text;
        var rest = new CallArguments(call.Context, call.Line, call.Positional[1..], call.Named);
        return new TemplateList([.. Items(value, call).Select(item => Filters.Apply(filter, item, rest))]);
    }

    private static TemplateList Select(object? value, CallArguments call, int testIndex, Func<object?, object?> subject, bool wanted)
    {
        var kept = new List<object?>();
        var test = call.Has(testIndex, "test") ? call.Text(testIndex, "test").Text : null;
        if (test is not null && !Tests.Exists(test))
        {
            throw call.Error($"There is no test '{test}'.");
        }

        var rest = test is null ? call : new CallArguments(call.Context, call.Line, call.Positional[(testIndex + 1)..], call.Named);
        foreach (var item in Items(value, call))
        {
            var holds = test is null ? Values.IsTrue(subject(item)) : Tests.Holds(test, subject(item), rest);
            if (holds == wanted)
            {
                kept.Add(item);
            }
        }

        return new TemplateList(kept);
    }

    private static TemplateList Sort(object? value, CallArguments call)
    {
        var attribute = (call.Named.GetValueOrDefault("attribute") as MarkedText)?.Text;
        var sorted = Sorted(Items(value, call), item => attribute is null ? item : Attribute(item, attribute, call), call);
        if (Values.IsTrue(call.Get(0, "reverse")))
        {
            sorted.Items.Reverse();
        }

        return sorted;
    }

    private static TemplateList Sorted(List<object?> items, Func<object?, object?> key, CallArguments call)
    {
        // Strings sort without regard to case, as Jinja's default does.
        var comparer = Comparer<object?>.Create((left, right) => Values.Compare(Fold(left), Fold(right), call.Context, call.Line));
        try
        {
            return new TemplateList([.. items.OrderBy(key, comparer)]);
        }
        catch (InvalidOperationException failure) when (failure.InnerException is InvalidInputException refusal)
        {
            // Sorting wraps what a comparison throws.
            throw call.Error(refusal.Problem, refusal.Mend);
        }
    }

    private static object? Fold(object? value) => value is MarkedText text ? text.WithText(text.Text.ToLowerInvariant()) : value;

    private static TemplateList Unique(object? value, CallArguments call)
    {
        var kept = new List<object?>();
        foreach (var item in Items(value, call))
        {
            if (!kept.Exists(other => Values.AreEqual(Fold(other), Fold(item), call.Context, call.Line)))
            {
                kept.Add(item);
            }
        }

        return new TemplateList(kept);
    }

    private static object? Extreme(object? value, CallArguments call, int sign)
    {
        var items = Mapped(value, call);
        object? best = new UndefinedValue("the extreme of nothing");
        foreach (var item in items)
        {
            best = best is UndefinedValue || sign * Values.Compare(Fold(item), Fold(best), call.Context, call.Line) < 0 ? item : best;
        }

        return best;
    }
}
