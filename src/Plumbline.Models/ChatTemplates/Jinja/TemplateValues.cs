namespace Plumbline.Models.ChatTemplates.Jinja;

// A value is null (none), a bool, a long, a double, a MarkedText, or one of the types below.

/// <summary>The value of a name or property that does not exist.</summary>
/// <param name="Name">What was asked for.</param>
internal sealed record UndefinedValue(string Name);

/// <summary>A list or tuple.</summary>
/// <param name="items">The elements.</param>
/// <param name="isTuple">Whether it prints in round brackets.</param>
internal sealed class TemplateList(List<object?> items, bool isTuple = false)
{
    /// <summary>The elements.</summary>
    public List<object?> Items { get; } = items;

    /// <summary>Whether it prints in round brackets.</summary>
    public bool IsTuple { get; } = isTuple;
}

/// <summary>A dictionary in order of insertion, or a namespace.</summary>
/// <param name="isNamespace">Whether <c>set</c> may change it.</param>
internal sealed class TemplateMap(bool isNamespace = false)
{
    /// <summary>The entries.</summary>
    public OrderedDictionary<string, object?> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether <c>set</c> may change it.</summary>
    public bool IsNamespace { get; } = isNamespace;
}

/// <summary>Something that can be called: a macro, a method, a global function.</summary>
/// <param name="name">Its name, for messages.</param>
/// <param name="call">What it does.</param>
internal sealed class TemplateFunction(string name, Func<CallArguments, object?> call)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Calls it.</summary>
    public object? Call(CallArguments arguments) => call(arguments);
}

/// <summary>The arguments of a call, filter or test.</summary>
/// <param name="context">The rendering.</param>
/// <param name="line">The line of the call.</param>
/// <param name="positional">Arguments by place.</param>
/// <param name="named">Arguments by name.</param>
internal sealed class CallArguments(RenderContext context, int line, List<object?> positional, Dictionary<string, object?> named)
{
    /// <summary>The rendering.</summary>
    public RenderContext Context { get; } = context;

    /// <summary>The line of the call.</summary>
    public int Line { get; } = line;

    /// <summary>Arguments by place.</summary>
    public List<object?> Positional { get; } = positional;

    /// <summary>Arguments by name.</summary>
    public Dictionary<string, object?> Named { get; } = named;

    /// <summary>Whether the argument was given.</summary>
    public bool Has(int index, string name) => index < Positional.Count || Named.ContainsKey(name);

    /// <summary>The argument at a place or with a name, <paramref name="otherwise"/> where it was not given.</summary>
    public object? Get(int index, string name, object? otherwise = null) =>
        index < Positional.Count ? Positional[index] : Named.GetValueOrDefault(name, otherwise);

    /// <summary>A text argument.</summary>
    public MarkedText Text(int index, string name) =>
        Get(index, name) as MarkedText ?? throw Error($"The argument '{name}' must be a string, not {Values.TypeName(Get(index, name))}.");

    /// <summary>A whole-number argument.</summary>
    public long Integer(int index, string name, long otherwise) =>
        Get(index, name, otherwise) switch
        {
            long value => value,
            bool value => value ? 1 : 0,
            var other => throw Error($"The argument '{name}' must be a whole number, not {Values.TypeName(other)}."),
        };

    /// <summary>An error at the call.</summary>
    public InvalidInputException Error(string problem, string? mend = null) => Context.Errors.At(Line, problem, mend);
}
