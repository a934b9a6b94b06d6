namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>The methods of dictionaries that do not change them.</summary>
internal static class MapMethods
{
    /// <summary>The method of this name, or null.</summary>
    public static TemplateFunction? Find(TemplateMap map, string name) =>
        map.IsNamespace
            ? null
            : name switch
            {
                "items" => new TemplateFunction(name, call => Items(map, call)),
                "keys" => new TemplateFunction(name, call => new TemplateList(Values.Iterate(map, call.Context, call.Line))),
                "values" => new TemplateFunction(name, call => List(call, map.Entries.Values)),
                "get" => new TemplateFunction(
                    name,
                    call =>
                        call.Get(0, "key") is MarkedText key && map.Entries.TryGetValue(key.Text, out var value)
                            ? value
                            : call.Get(1, "default")
                ),
                _ => null,
            };

    /// <summary>The entries as pairs.</summary>
    public static TemplateList Items(TemplateMap map, CallArguments call) =>
        List(call, map.Entries.Select(entry => (object?)new TemplateList([MarkedText.Untrusted(entry.Key), entry.Value], isTuple: true)));

    private static TemplateList List(CallArguments call, IEnumerable<object?> items)
    {
        var list = new List<object?>(items);
        call.Context.Step(call.Line, list.Count);
        return new TemplateList(list);
    }
}

/// <summary>The methods of lists that do not change them.</summary>
internal static class ListMethods
{
    /// <summary>The method of this name, or null.</summary>
    public static TemplateFunction? Find(TemplateList list, string name) =>
        name switch
        {
            "index" => new TemplateFunction(name, call => Index(list, call)),
            "count" => new TemplateFunction(
                name,
                call => (long)list.Items.Count(item => Values.AreEqual(item, call.Get(0, "value"), call.Context, call.Line))
            ),
            "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse" => new TemplateFunction(
                name,
                call => throw call.Error($"Lists cannot be changed ('{name}').", "Make a new list with +.")
            ),
            _ => null,
        };

    private static long Index(TemplateList list, CallArguments call)
    {
        var index = list.Items.FindIndex(item => Values.AreEqual(item, call.Get(0, "value"), call.Context, call.Line));
        return index >= 0 ? index : throw call.Error("The list has no such element.");
    }
}
