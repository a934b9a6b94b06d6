using System.Text;

namespace Plumbline.Models.Tokenization;

/// <summary>Writes a changed copy of a text, keeping for each character the place it comes from.</summary>
/// <param name="source">The text that is changed.</param>
/// <param name="capacity">About how many characters the copy will have.</param>
internal sealed class AlignedTextBuilder(AlignedText source, int capacity)
{
    private readonly StringBuilder text = new(capacity);
    private readonly List<int>? origins = source.IsTracked ? new List<int>(capacity) : null;

    /// <summary>How many characters were written.</summary>
    public int Length => text.Length;

    /// <summary>The last character written.</summary>
    public char Last => text[^1];

    /// <summary>Copies the characters from <paramref name="start"/> to <paramref name="end"/> as they are.</summary>
    public void Copy(int start, int end)
    {
        text.Append(source.Text, start, end - start);
        if (origins is not null)
        {
            for (var i = start; i < end; i++)
            {
                origins.Add(source.OriginOf(i));
            }
        }
    }

    /// <summary>Writes <paramref name="characters"/>, all of which stand for the source's character at <paramref name="index"/>.</summary>
    public void Write(ReadOnlySpan<char> characters, int index)
    {
        text.Append(characters);
        if (origins is not null && characters.Length > 0)
        {
            // What is written behind the last character belongs to it.
            var origin =
                index < source.Text.Length ? source.OriginOf(index)
                : index > 0 ? source.OriginOf(index - 1)
                : source.Base;
            for (var i = 0; i < characters.Length; i++)
            {
                origins.Add(origin);
            }
        }
    }

    /// <summary>Writes one character that stands for the source's character at <paramref name="index"/>.</summary>
    public void Write(char character, int index) => Write([character], index);

    /// <summary>Takes back the last character.</summary>
    public void RemoveLast()
    {
        text.Length--;
        origins?.RemoveAt(origins.Count - 1);
    }

    /// <summary>The copy; the source itself where nothing changed.</summary>
    public AlignedText Build() => text.Equals(source.Text) ? source : source with { Text = text.ToString(), Map = origins?.ToArray() };
}
