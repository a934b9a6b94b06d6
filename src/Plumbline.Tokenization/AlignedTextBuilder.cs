using System.Text;

namespace Plumbline.Tokenization;

/// <summary>Writes a changed copy of a text, keeping for each character the place it comes from.</summary>
/// <param name="source">The text that is changed.</param>
/// <param name="capacity">About how many characters the copy will have.</param>
internal sealed class AlignedTextBuilder(AlignedText source, int capacity)
{
    private readonly StringBuilder text = new(Math.Min(capacity, LargestGrowth(source.Text.Length)));
    private readonly List<int>? origins = source.IsTracked ? new List<int>(capacity) : null;

    /// <summary>
    /// The most characters that a text of <paramref name="length"/> may become: Unicode's longest decomposition has 18, and a file that asks for more is
    /// after this machine's memory.
    /// </summary>
    public static int LargestGrowth(int length) => (int)Math.Min(int.MaxValue / 4, (20L * length) + (1 << 16));

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
    /// <exception cref="InvalidInputException">The text grows beyond <see cref="LargestGrowth"/>.</exception>
    public void Write(ReadOnlySpan<char> characters, int index)
    {
        RequireGrowth(source.Text.Length, (long)text.Length + characters.Length);
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

    /// <summary>Refuses a text that became too long.</summary>
    /// <param name="before">How many characters it had.</param>
    /// <param name="after">How many it has.</param>
    /// <exception cref="InvalidInputException">Too many.</exception>
    public static void RequireGrowth(int before, long after)
    {
        if (after > LargestGrowth(before))
        {
            throw new InvalidInputException(
                $"The tokenizer's normaliser makes more than {LargestGrowth(before)} characters out of {before}.",
                "Check the replacements in its file; no real tokenizer does that."
            );
        }
    }

    /// <summary>Takes back the last character.</summary>
    public void RemoveLast()
    {
        text.Length--;
        origins?.RemoveAt(origins.Count - 1);
    }

    /// <summary>The copy; the source itself where nothing changed.</summary>
    public AlignedText Build() => text.Equals(source.Text) ? source : source with { Text = text.ToString(), Map = origins?.ToArray() };
}
