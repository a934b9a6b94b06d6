namespace Plumbline.Tokenization.Normalizers;

/// <summary>Changes a text before it is cut, keeping where every character came from. Thread-safe.</summary>
internal abstract class Normalizer
{
    /// <summary>The changed text; the same instance where nothing changes.</summary>
    public abstract AlignedText Normalize(AlignedText text);
}

/// <summary>Several normalisers, one after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<Normalizer> steps) : Normalizer
{
    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text)
    {
        var length = text.Text.Length;
        foreach (var step in steps)
        {
            text = step.Normalize(text);
            AlignedTextBuilder.RequireGrowth(length, text.Text.Length);
        }

        return text;
    }
}

/// <summary>A Unicode normalisation form (Unicode Standard Annex 15).</summary>
/// <param name="compose">Form C or KC; else D or KD.</param>
/// <param name="compatibility">Form KC or KD: ligatures, widths and the like are taken apart too.</param>
internal sealed class UnicodeFormNormalizer(bool compose, bool compatibility) : Normalizer
{
    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text) => UnicodeNormalizer.Normalize(text, compose, compatibility);
}

/// <summary>Puts a text before every text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text)
    {
        if (text.Text.Length == 0)
        {
            return text;
        }

        var builder = new AlignedTextBuilder(text, text.Text.Length + prefix.Length);
        builder.Write(prefix, 0);
        builder.Copy(0, text.Text.Length);
        return builder.Build();
    }
}

/// <summary>Replaces what a pattern matches.</summary>
internal sealed class ReplaceNormalizer(PreTokenizers.TextPattern pattern, string content) : Normalizer
{
    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text)
    {
        var matches = new List<TextRange>();
        pattern.Match(text.Text, matches);
        if (matches.Count == 0)
        {
            return text;
        }

        var builder = new AlignedTextBuilder(text, text.Text.Length + (int)Math.Min(1 << 24, (long)matches.Count * content.Length));
        var at = 0;
        foreach (var match in matches)
        {
            builder.Copy(at, match.Start);
            builder.Write(content, match.Start);
            at = match.End;
        }

        builder.Copy(at, text.Text.Length);
        return builder.Build();
    }
}

/// <summary>Takes whitespace away at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    /// <inheritdoc/>
    public override AlignedText Normalize(AlignedText text)
    {
        var (start, end) = (0, text.Text.Length);
        while (left && start < end && char.IsWhiteSpace(text.Text[start]))
        {
            start++;
        }

        while (right && end > start && char.IsWhiteSpace(text.Text[end - 1]))
        {
            end--;
        }

        // What is left still counts as the beginning: it is the first there is.
        var rest = text.Slice(start, end);
        return rest.IsBeginning == text.IsBeginning ? rest : rest with { IsBeginning = text.IsBeginning };
    }
}
