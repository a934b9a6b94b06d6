namespace Plumbline.Configuration;

/// <summary>A node of an options file: what YAML said and where. Positions are null for trees that describe objects instead of files.</summary>
internal abstract class OptionNode(InputPosition? position)
{
    public InputPosition? Position { get; } = position;

    /// <summary>What the node is, in a user's words, for "expected a number, found ...".</summary>
    public abstract string Describe();
}

/// <summary>A single value.</summary>
internal sealed class OptionScalar(string text, bool isQuoted, InputPosition? position) : OptionNode(position)
{
    public string Text { get; } = text;

    /// <summary>True where quotes or a block style make the value text, whatever it looks like.</summary>
    public bool IsQuoted { get; } = isQuoted;

    /// <summary>True for YAML's nulls: nothing at all, <c>~</c> and <c>null</c>.</summary>
    public bool IsNull => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Describe() =>
        IsNull ? "nothing (null)"
        : IsQuoted ? $"the text {OptionText.Quote(Text)}"
        : OptionText.Quote(Text);
}

/// <summary>A list.</summary>
internal sealed class OptionSequence(InputPosition? position) : OptionNode(position)
{
    public List<OptionNode> Items { get; } = [];

    public override string Describe() => $"a list of {Items.Count}";
}

/// <summary>A mapping, in the file's order.</summary>
internal sealed class OptionMapping(InputPosition? position) : OptionNode(position)
{
    public OrderedDictionary<string, OptionEntry> Entries { get; } = new(StringComparer.Ordinal);

    public override string Describe() =>
        Entries.Count == 0 ? "an empty mapping" : $"a mapping with the key {OptionText.Quote(Entries.GetAt(0).Key)}";
}

/// <summary>A key's place and its value.</summary>
internal readonly record struct OptionEntry(InputPosition? KeyPosition, OptionNode Value);
