using System.Text;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization.Decoders;

/// <summary>Joins all tokens into one.</summary>
internal sealed class FuseStage(DecodingStage next) : DecodingStage
{
    private bool hasBegun;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> part, bool begins, bool ends)
    {
        next.Write(part, !hasBegun, ends: false);
        hasBegun = true;
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        next.Write([], !hasBegun, ends: true);
        hasBegun = false;
        next.Finish();
    }
}

/// <summary>A stage that must see a token as a whole: parts wait until it ends.</summary>
internal abstract class WholeTokenStage(DecodingStage next) : DecodingStage
{
    private readonly StringBuilder waiting = new();
    private int index;

    /// <summary>What the stage hands its text on to.</summary>
    protected DecodingStage Next { get; } = next;

    /// <inheritdoc/>
    public sealed override void Write(ReadOnlySpan<char> part, bool begins, bool ends)
    {
        waiting.Append(part);
        if (ends)
        {
            WriteToken(waiting.ToString(), index++);
            waiting.Clear();
        }
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        index = 0;
        Next.Finish();
    }

    /// <summary>Takes a whole token.</summary>
    /// <param name="token">Its text.</param>
    /// <param name="position">How many tokens came before.</param>
    protected abstract void WriteToken(string token, int position);
}

/// <summary>Replaces one character, which needs no waiting.</summary>
internal sealed class ReplaceCharacterStage(char pattern, string content, DecodingStage next) : DecodingStage
{
    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> part, bool begins, bool ends) =>
        next.Write(
            part.Contains(pattern) ? part.ToString().Replace(pattern.ToString(), content, StringComparison.Ordinal) : part,
            begins,
            ends
        );

    /// <inheritdoc/>
    public override void Finish() => next.Finish();
}

/// <summary>Replaces what a pattern matches within a token.</summary>
internal sealed class ReplaceStage(TextPattern pattern, string content, DecodingStage next) : WholeTokenStage(next)
{
    /// <inheritdoc/>
    protected override void WriteToken(string token, int position)
    {
        var replaced = new Normalizers.ReplaceNormalizer(pattern, content).Normalize(new AlignedText(token) { IsTracked = false });
        Next.Write(replaced.Text, begins: true, ends: true);
    }
}

/// <summary>Takes up to a number of copies of a character away at both ends of each token.</summary>
internal sealed class StripStage(char content, int start, int stop, DecodingStage next) : DecodingStage
{
    private int stripped;
    private int held;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> part, bool begins, bool ends)
    {
        stripped = begins ? 0 : stripped;
        var at = 0;
        while (at < part.Length && stripped < start && part[at] == content)
        {
            at++;
            stripped++;
        }

        // Once something else came, nothing more is at the start.
        stripped = at < part.Length ? int.MaxValue : stripped;
        Release(part[at..], begins, ends);
    }

    /// <inheritdoc/>
    public override void Finish() => next.Finish();

    private void Release(ReadOnlySpan<char> part, bool begins, bool ends)
    {
        // What may be the token's end waits, at most as many copies as would be taken.
        var tail = part.Length - part.TrimEnd(content).Length;
        var all = tail == part.Length ? held + tail : tail;
        var keep = Math.Min(all, stop);
        var text = string.Concat(new string(content, held), part);
        held = ends ? 0 : keep;
        next.Write(text.AsSpan(0, text.Length - keep), begins, ends);
    }
}

/// <summary>Metaspace: the mark is a space, and nothing in the first token, where it was put before the text.</summary>
internal sealed class MetaspaceStage(char replacement, PrependScheme scheme, DecodingStage next) : DecodingStage
{
    private int position = -1;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> part, bool begins, bool ends)
    {
        position += begins ? 1 : 0;
        var mark = position == 0 && scheme != PrependScheme.Never ? string.Empty : " ";
        next.Write(
            part.Contains(replacement) ? part.ToString().Replace(replacement.ToString(), mark, StringComparison.Ordinal) : part,
            begins,
            ends
        );
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        position = -1;
        next.Finish();
    }
}

/// <summary>WordPiece: a token without the prefix begins a new word; with <paramref name="cleanUp"/> English spacing is mended.</summary>
internal sealed class WordPieceStage(string prefix, bool cleanUp, DecodingStage next) : WholeTokenStage(next)
{
    // Hugging Face's list, in its order.
    private static readonly (string Spaced, string Mended)[] Repairs =
    [
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" do not", " don't"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ];

    /// <inheritdoc/>
    protected override void WriteToken(string token, int position)
    {
        if (position > 0)
        {
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        }

        foreach (var (spaced, mended) in cleanUp ? Repairs : [])
        {
            token = token.Replace(spaced, mended, StringComparison.Ordinal);
        }

        Next.Write(token, begins: true, ends: true);
    }
}

/// <summary>The mark at the ends of words becomes a space, but not in the last token: each token waits for the next.</summary>
internal sealed class WordEndStage(string suffix, DecodingStage next) : WholeTokenStage(next)
{
    private string? last;

    /// <inheritdoc/>
    public override void Finish()
    {
        Release(string.Empty);
        base.Finish();
    }

    /// <inheritdoc/>
    protected override void WriteToken(string token, int position)
    {
        Release(" ");
        last = token;
    }

    private void Release(string mark)
    {
        if (last is not null)
        {
            Next.Write(last.Replace(suffix, mark, StringComparison.Ordinal), begins: true, ends: true);
        }

        last = null;
    }
}

/// <summary>Tokens with a space between: what Hugging Face does where a file names no decoder.</summary>
internal sealed class SpacedStage(DecodingStage next) : WholeTokenStage(next)
{
    /// <inheritdoc/>
    protected override void WriteToken(string token, int position) =>
        Next.Write(position == 0 ? token : " " + token, begins: true, ends: true);
}
