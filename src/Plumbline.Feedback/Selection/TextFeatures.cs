using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Evaluation.Principles.Features;
using Plumbline.Evaluation.Rulers;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection;

/// <summary>
/// Features of an answer for a reward model that has no language model: how it is written (<see cref="PairFeatures"/>: length, lists, code, questions, refusals, words shared with the
/// prompt …), and which words and pairs of neighbouring words it has, projected at random to the rest of the dimensions. The same texts and options give the same bits.
/// </summary>
/// <remarks>
/// Each hashed word adds ±½ at four places that its hash and the seed choose (a very sparse random projection: Achlioptas 2003; Li, Hastie and Church 2006), and the sum is divided by the root
/// of the number of words, so that long and short answers are as far apart. Embeddings or hidden states of a model serve better where there is one.
/// </remarks>
public sealed class TextFeatures
{
    private const int PlacesOfWord = 4;
    private const int BitsOfPlace = 16;

    private readonly TextFeatureOptions options;
    private readonly ulong projection;

    /// <summary>A map from texts to vectors.</summary>
    /// <param name="options">The numbers; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public TextFeatures(TextFeatureOptions? options = null)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new TextFeatureOptions());
        projection = new Seed(this.options.ProjectionSeed).Derive("word projection").Value;
    }

    /// <summary>The features [<see cref="TextFeatureOptions.Dimension"/>], style first.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="answer">What was answered.</param>
    public double[] Of(Content prompt, Content answer)
    {
        var features = new double[options.Dimension];
        var text = AnswerText.Of(prompt, answer);
        var style = PairFeatures.All.Count;
        for (var i = 0; i < style; i++)
        {
            features[i] = PairFeatures.All[i].Of(text);
        }

        var words = HashedWords.Of(text.Text, 1 << options.HashBits);
        var projected = features.AsSpan(style);
        foreach (var word in words)
        {
            // Independent 64 bits for each word: four places of 15 bits with a sign each.
            var bits = new Seed(projection ^ (ulong)word).Source().NextBits();
            for (var i = 0; i < PlacesOfWord; i++, bits >>= BitsOfPlace)
            {
                var place = (int)(((bits & 0x7fff) * (ulong)projected.Length) >> (BitsOfPlace - 1));
                projected[place] += (bits & 0x8000) == 0 ? 0.5 : -0.5;
            }
        }

        foreach (ref var value in projected)
        {
            value /= Math.Sqrt(Math.Max(1, words.Count));
        }

        return features;
    }
}

/// <summary>The numbers of <see cref="TextFeatures"/>.</summary>
public sealed record TextFeatureOptions : IValidatedOptions
{
    /// <summary>How many features an answer has, 64 to 4096.</summary>
    /// <value>128</value>
    public int Dimension { get; init; } = 128;

    /// <summary>Words are hashed into 2 to this power before they are projected.</summary>
    /// <value>18</value>
    public int HashBits { get; init; } = 18;

    /// <summary>The seed of the projection. Features of different seeds cannot be compared.</summary>
    /// <value>0</value>
    public ulong ProjectionSeed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Dimension is >= 64 and <= 4096, nameof(Dimension), Dimension, "between 64 and 4096"),
            (HashBits is >= 8 and <= 24, nameof(HashBits), HashBits, "between 8 and 24"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
