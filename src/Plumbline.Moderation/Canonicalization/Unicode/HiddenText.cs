using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization.Language;

namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>Collects what a text says in characters that nobody sees. Each is a reading of its own and never part of the visible text.</summary>
/// <param name="text">The text.</param>
internal sealed class HiddenText(string text)
{
    private const int TagBase = 0xE0000;
    private const int FewestTags = 2;
    private const int FewestBytes = 3;

    private MappedTextBuilder? tags;
    private List<(byte Value, TextSpan Span)>? selectors;

    /// <summary>Takes a tag character, which stands for one of ASCII.</summary>
    public void AddTag(int point, int index)
    {
        if (point - TagBase is >= ' ' and <= '~' and var letter)
        {
            tags ??= new MappedTextBuilder(text);
            tags.Write([(char)letter], index, index + 2);
        }
    }

    /// <summary>Takes a variation selector, of which there are as many as values of a byte.</summary>
    public void AddSelector(int value, int start, int end)
    {
        selectors ??= [];
        selectors.Add(((byte)value, TextSpan.Between(start, end)));
    }

    /// <summary>What was said, by the way in which it was hidden.</summary>
    public IReadOnlyList<(string Name, MappedText Text)> Read()
    {
        if (tags is null && selectors is null)
        {
            return [];
        }

        var found = new List<(string, MappedText)>();
        if (tags?.Length >= FewestTags)
        {
            found.Add(("tags", tags.Build()));
        }

        if (selectors?.Count >= FewestBytes && ReadSelectors() is { } bytes)
        {
            found.Add(("variation-selectors", bytes));
        }

        return found;
    }

    // The bytes are a text in UTF-8, or nothing: every unit of a character comes from the selectors of its bytes.
    private MappedText? ReadSelectors()
    {
        var bytes = selectors!.Select(selector => selector.Value).ToArray();
        var builder = new MappedTextBuilder(text);
        Span<char> units = stackalloc char[2];
        for (var at = 0; at < bytes.Length; )
        {
            if (Rune.DecodeFromUtf8(bytes.AsSpan(at), out var rune, out var length) != System.Buffers.OperationStatus.Done)
            {
                return null;
            }

            builder.Write(units[..rune.EncodeToUtf16(units)], selectors![at].Span.Start, selectors[at + length - 1].Span.End);
            at += length;
        }

        var read = builder.Build();
        return TextLikeness.IsText(read.Text) ? read : null;
    }
}
