using Plumbline.Findings;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Moderation.Refusals;

/// <summary>
/// Tells whether an answer refuses its request. A text model judges sentences (<c>recipes/refusal.yaml</c>), and a whole answer is told by how it begins: it refuses where one of its first
/// <see cref="OpeningSentences"/> sentences does. Thread-safe.
/// </summary>
/// <remarks>
/// A sentence's score is the mean of the model's probability for the sentence and for its first words: what follows these is its topic, which says little. Sentences further on that warn or advise are part
/// of answers as often as of refusals. Full and partial refusals are not told apart: people do that by what the rest of an answer is worth.
/// </remarks>
public sealed class RefusalClassifier
{
    /// <summary>How many sentences with letters are the beginning of an answer.</summary>
    public const int OpeningSentences = 2;

    /// <summary>The score from which an answer refuses.</summary>
    public const double Threshold = 0.5;

    private const string Label = "refusal";

    private static readonly Lazy<RefusalClassifier> Shipped = new(() => new RefusalClassifier(TextModelFile.ReadShipped("refusal.ptm")));

    private readonly TextModel model;
    private readonly int refusal;

    /// <summary>A classifier with a model of one's own.</summary>
    /// <param name="model">A text model with the label <c>refusal</c>.</param>
    /// <exception cref="InvalidInputException">The label is missing.</exception>
    public RefusalClassifier(TextModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        refusal = Index();
    }

    /// <summary>The shipped one: see its card, <c>docs/refusals.md</c>.</summary>
    public static RefusalClassifier Default => Shipped.Value;

    /// <summary>The SHA-256 of its model's file, in hexadecimal digits.</summary>
    public string Version => model.Hash;

    /// <summary>Reads an answer.</summary>
    /// <param name="text">The answer, or its beginning.</param>
    public RefusalReading Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (score, sentence, sentences) = (0.0, (TextSpan?)null, 0);
        foreach (var span in SentenceSpans.Of(text))
        {
            var whole = span.Of(text).Trim();
            if (!HasLetters(whole))
            {
                continue;
            }

            var own = (Score(whole) + Score(SentenceOpening.Of(whole))) / 2;
            if (sentence is null || own > score)
            {
                (score, sentence) = (own, span);
            }

            if (++sentences == OpeningSentences)
            {
                break;
            }
        }

        return new RefusalReading(score >= Threshold, score, sentence);
    }

    private double Score(ReadOnlySpan<char> sentence)
    {
        Span<float> scores = stackalloc float[TextModel.MostLabels];
        Span<TextSpan> windows = stackalloc TextSpan[TextModel.MostLabels];
        model.Score(sentence, scores, windows);
        return scores[refusal];
    }

    private static bool HasLetters(ReadOnlySpan<char> text)
    {
        foreach (var unit in text)
        {
            if (char.IsLetter(unit))
            {
                return true;
            }
        }

        return false;
    }

    private int Index()
    {
        for (var i = 0; i < model.Labels.Count; i++)
        {
            if (model.Labels[i].Name == Label)
            {
                return i;
            }
        }

        throw new InvalidInputException(
            $"The text model {model.Hash[..16]} has no label {Label}: its labels are {string.Join(", ", model.Labels.Select(one => one.Name))}.",
            "Give a model that plumb guard train made of recipes/refusal.yaml, or of a recipe with that label."
        );
    }
}
