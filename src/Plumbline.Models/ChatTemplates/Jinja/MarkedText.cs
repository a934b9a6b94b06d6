using System.Text;

namespace Plumbline.Models.ChatTemplates.Jinja;

/// <summary>What is known about where characters come from.</summary>
[Flags]
internal enum Marks : byte
{
    /// <summary>From a message, or from nobody knows where.</summary>
    None = 0,

    /// <summary>From the template itself or from the program.</summary>
    Trusted = 1,

    /// <summary>Written inside a <c>generation</c> block: by the model, as training sees it.</summary>
    Generated = 2,
}

/// <summary>A stretch of characters with the same marks, up to <paramref name="End"/> (excluded).</summary>
internal readonly record struct MarkedRun(int End, Marks Marks);

/// <summary>A text that knows of each character whether it is trusted. Immutable. Every operation of the interpreter keeps the marks or drops them.</summary>
internal sealed class MarkedText
{
    private readonly MarkedRun[] runs;

    private MarkedText(string text, MarkedRun[] runs)
    {
        Text = text;
        this.runs = runs;
    }

    /// <summary>The text without characters.</summary>
    public static MarkedText Empty { get; } = new(string.Empty, []);

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>How many UTF-16 units there are.</summary>
    public int Length => Text.Length;

    /// <summary>The runs in order; the last ends at <see cref="Length"/>.</summary>
    public ReadOnlySpan<MarkedRun> Runs => runs;

    /// <summary>Text from the template.</summary>
    public static MarkedText Trusted(string text) => Of(text, Marks.Trusted);

    /// <summary>Text from a message.</summary>
    public static MarkedText Untrusted(string text) => Of(text, Marks.None);

    /// <summary>Text with the same marks throughout.</summary>
    public static MarkedText Of(string text, Marks marks) => text.Length == 0 ? Empty : new(text, [new MarkedRun(text.Length, marks)]);

    /// <summary>Text with the given runs, which must end at its length.</summary>
    internal static MarkedText Of(string text, MarkedRun[] runs) => text.Length == 0 ? Empty : new(text, runs);

    /// <summary>The part from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public MarkedText Slice(int start, int end)
    {
        if (start == 0 && end == Length)
        {
            return this;
        }

        if (end <= start)
        {
            return Empty;
        }

        if (runs.Length == 1)
        {
            return Of(Text[start..end], runs[0].Marks);
        }

        var builder = new MarkedTextBuilder();
        builder.Append(this, start, end);
        return builder.ToMarkedText();
    }

    /// <summary>Both texts, one after the other.</summary>
    public MarkedText Concat(MarkedText other)
    {
        if (Length == 0 || other.Length == 0)
        {
            return Length == 0 ? other : this;
        }

        var builder = new MarkedTextBuilder();
        builder.Append(this);
        builder.Append(other);
        return builder.ToMarkedText();
    }

    /// <summary>The same text with every character replaced by one unit of <paramref name="text"/>, which has the same length.</summary>
    public MarkedText WithText(string text) => text.Length == Length ? new MarkedText(text, runs) : Untrusted(text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>Collects marked text.</summary>
internal sealed class MarkedTextBuilder
{
    private readonly StringBuilder text = new();
    private readonly List<MarkedRun> runs = [];

    /// <summary>How many UTF-16 units were collected.</summary>
    public int Length => text.Length;

    /// <summary>Adds a text, with <paramref name="extra"/> marks on top of its own.</summary>
    public void Append(MarkedText value, Marks extra = Marks.None)
    {
        text.Append(value.Text);
        var before = text.Length - value.Length;
        foreach (var run in value.Runs)
        {
            Extend(before + run.End, run.Marks | extra);
        }
    }

    /// <summary>Adds part of a text.</summary>
    public void Append(MarkedText value, int start, int end)
    {
        text.Append(value.Text, start, end - start);
        var before = text.Length - (end - start);
        var from = 0;
        foreach (var run in value.Runs)
        {
            if (run.End > start && from < end)
            {
                Extend(before + Math.Min(run.End, end) - start, run.Marks);
            }

            from = run.End;
        }
    }

    /// <summary>What was collected.</summary>
    public MarkedText ToMarkedText() => MarkedText.Of(text.ToString(), [.. runs]);

    private void Extend(int end, Marks marks)
    {
        if (runs.Count > 0 && runs[^1].Marks == marks)
        {
            runs[^1] = new MarkedRun(end, marks);
        }
        else
        {
            runs.Add(new MarkedRun(end, marks));
        }
    }
}
