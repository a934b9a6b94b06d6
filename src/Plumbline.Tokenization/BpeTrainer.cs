using System.Runtime.InteropServices;
using System.Text;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization;

/// <summary>
/// Learns a byte-level BPE vocabulary from texts (Sennrich et al. 2016, arXiv 1508.07909): the most frequent pair of neighbours becomes a token,
/// again and again. Deterministic: of pairs equally frequent, the one with the smaller ids wins (the left id first).
/// </summary>
public static class BpeTrainer
{
    /// <summary>Longer pieces (no word has so many bytes) are not learnt from; one of them could otherwise dominate time and counts.</summary>
    private const int LongestPiece = 1024;

    /// <summary>Trains a tokenizer.</summary>
    /// <param name="texts">The texts; read once, in order. What looks like a special token in them is learnt as ordinary text.</param>
    /// <param name="options">What to train.</param>
    /// <param name="progress">Told about every thousand texts and every hundred entries; null for nobody.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <returns>The tokenizer; smaller than asked for where the texts have too few frequent pairs.</returns>
    /// <exception cref="InvalidInputException">An option is out of range or the pattern cannot be used.</exception>
    public static Tokenizer Train(
        IEnumerable<string> texts,
        BpeTrainerOptions? options = null,
        IProgress<BpeTrainingProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new BpeTrainerOptions();
        options.Validate();
        var pieces = CountPieces(texts, options, progress, cancellation, out var textCount);
        var vocabulary = new TrainingVocabulary(options.SpecialTokens);
        var merges = new List<(int Left, int Right)>();
        var pairs = new PairStatistics(pieces.Select(piece => (vocabulary.Symbols(piece.Key), piece.Value)));
        while (vocabulary.Count < options.VocabularySize && pairs.TryTakeMostFrequent(options.MinFrequency, out var left, out var right))
        {
            cancellation.ThrowIfCancellationRequested();
            var merged = vocabulary.Join(left, right);
            merges.Add((left, right));
            pairs.Merge(left, right, merged);
            if (vocabulary.Count % 100 == 0)
            {
                progress?.Report(new BpeTrainingProgress(textCount, vocabulary.Count, options.VocabularySize));
            }
        }

        progress?.Report(new BpeTrainingProgress(textCount, vocabulary.Count, options.VocabularySize));
        return Tokenizer.FromFiles(TokenizerWriter.Write(vocabulary.Tokens, merges, options), string.Empty);
    }

    private static Dictionary<string, long> CountPieces(
        IEnumerable<string> texts,
        BpeTrainerOptions options,
        IProgress<BpeTrainingProgress>? progress,
        CancellationToken cancellation,
        out long textCount
    )
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var splitter = new SplitPreTokenizer(TextPattern.OfRegex(options.Pattern), SplitBehavior.Isolated);
        var pieces = new List<PreTokenizer.Piece>();
        var matches = new List<TextRange>();
        textCount = 0;
        foreach (var text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            pieces.Clear();
            if (text.Length > 0)
            {
                splitter.Split(new AlignedText(text), 0, text.Length, pieces, matches);
            }

            foreach (var piece in pieces)
            {
                var characters = text.AsSpan(piece.Start, piece.End - piece.Start);
                if (characters.Length <= LongestPiece && Encoding.UTF8.GetByteCount(characters) <= LongestPiece)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(lookup, characters, out _)++;
                }
            }

            if (++textCount % 1000 == 0)
            {
                progress?.Report(new BpeTrainingProgress(textCount, 256 + options.SpecialTokens.Count, options.VocabularySize));
            }
        }

        return counts;
    }
}

/// <summary>The vocabulary while it grows: special tokens, then the bytes in the order of their characters, then the merges.</summary>
internal sealed class TrainingVocabulary
{
    private readonly List<string> tokens;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly int[] byteIds = new int[256];

    /// <summary>The vocabulary before the first merge.</summary>
    public TrainingVocabulary(IReadOnlyList<string> specialTokens)
    {
        tokens = [.. specialTokens];
        foreach (var value in Enumerable.Range(0, 256).OrderBy(value => ByteAlphabet.CharacterOf((byte)value)))
        {
            byteIds[value] = tokens.Count;
            tokens.Add(ByteAlphabet.CharacterOf((byte)value).ToString());
        }

        for (var id = 0; id < tokens.Count; id++)
        {
            ids[tokens[id]] = id;
        }
    }

    /// <summary>How many entries there are.</summary>
    public int Count => tokens.Count;

    /// <summary>The entries by id.</summary>
    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>The symbols of a piece: its bytes.</summary>
    public int[] Symbols(string piece)
    {
        var bytes = Encoding.UTF8.GetBytes(piece);
        var symbols = new int[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            symbols[i] = byteIds[bytes[i]];
        }

        return symbols;
    }

    /// <summary>The id of two tokens joined; a token that two different merges make has one id.</summary>
    public int Join(int left, int right)
    {
        var joined = tokens[left] + tokens[right];
        if (!ids.TryGetValue(joined, out var id))
        {
            id = tokens.Count;
            ids[joined] = id;
            tokens.Add(joined);
        }

        return id;
    }
}
