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
                ? DictionarySort(map, call)
                : throw call.Error($"dictsort needs a dictionary, not {Values.TypeName(value)}."),
        ["sort"] = Sort,
        ["unique"] = Unique,
        ["sum"] = (value, call) =>
            Mapped(value, call)
                .Aggregate(call.Get(1, "start", 0L), (total, item) => Arithmetic.Apply("+", total, item, call.Context, call.Line)),
        ["min"] = (value, call) => Extreme(value, call, sign: 1),
        ["max"] = (value, call) => Extreme(value, call, sign: -1),
        ["batch"] = Batch,
        ["groupby"] = GroupBy,
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
        return Sorted(
            Items(value, call),
            item => attribute is null ? item : Attribute(item, attribute, call),
            Values.IsTrue(call.Get(0, "reverse")),
            Folding(call, 1),
            call
        );
    }

    private static TemplateList DictionarySort(TemplateMap map, CallArguments call)
    {
        var byValue = call.Has(1, "by") && call.Text(1, "by").Text == "value";
        return Sorted(
            MapMethods.Items(map, call).Items,
            pair => ((TemplateList)pair!).Items[byValue ? 1 : 0],
            Values.IsTrue(call.Get(2, "reverse")),
            Folding(call, 0),
            call
        );
    }

    private static TemplateList Sorted(
        List<object?> items,
        Func<object?, object?> key,
        bool reverse,
        Func<object?, object?> fold,
        CallArguments call
    )
    {
        var sign = reverse ? -1 : 1;
        var comparer = Comparer<object?>.Create((left, right) => sign * Values.Compare(fold(left), fold(right), call.Context, call.Line));
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

    // Case does not count unless the template says so, as is Jinja's default.
    private static Func<object?, object?> Folding(CallArguments call, int index) =>
        Values.IsTrue(call.Get(index, "case_sensitive")) ? value => value : Fold;

    private static TemplateList Unique(object? value, CallArguments call)
    {
        var fold = Folding(call, 0);
        var (kept, keys) = (new List<object?>(), new List<object?>());
        foreach (var (item, mapped) in Items(value, call).Zip(Mapped(value, call)))
        {
            var key = fold(mapped);
            if (!keys.Exists(other => Values.AreEqual(other, key, call.Context, call.Line)))
            {
                kept.Add(item);
                keys.Add(key);
            }
        }

        return new TemplateList(kept);
    }

    private static object? Extreme(object? value, CallArguments call, int sign)
    {
        var fold = Folding(call, 0);
        object? best = new UndefinedValue("the extreme of nothing");
        object? bestKey = null;
        foreach (var (item, mapped) in Items(value, call).Zip(Mapped(value, call)))
        {
            if (best is UndefinedValue || sign * Values.Compare(fold(mapped), bestKey, call.Context, call.Line) < 0)
            {
                (best, bestKey) = (item, fold(mapped));
            }
        }

        return best;
    }

    /// <summary>Lists of so many elements; the last is filled up where a filling is given.</summary>
    private static TemplateList Batch(object? value, CallArguments call)
    {
        var size = (int)Math.Clamp(call.Integer(0, "linecount", 1), 1, int.MaxValue);
        var batches = Items(value, call).Chunk(size).Select(batch => batch.ToList()).ToList();
        if (call.Get(1, "fill_with") is { } filling && batches.Count > 0)
        {
            call.Context.Step(call.Line, size);
            while (batches[^1].Count < size)
            {
                batches[^1].Add(filling);
            }
        }

        return new TemplateList([.. batches.Select(batch => (object?)new TemplateList(batch))]);
    }

    /// <summary>Pairs of an attribute's value and the elements that have it, sorted by the value.</summary>
    private static TemplateList GroupBy(object? value, CallArguments call)
    {
        var path = call.Text(0, "attribute").Text;
        var fold = Folding(call, 2);
        var groups = new List<object?>();
        object? last = null;
        foreach (var item in Sorted(Items(value, call), item => Attribute(item, path, call), reverse: false, fold, call).Items)
        {
            var key = Attribute(item, path, call);
            if (groups.Count == 0 || !Values.AreEqual(last, fold(key), call.Context, call.Line))
            {
                groups.Add(new TemplateList([key, new TemplateList([])], isTuple: true));
                last = fold(key);
            }

            ((TemplateList)((TemplateList)groups[^1]!).Items[1]!).Items.Add(item);
        }

        return new TemplateList(groups);
    }
}
