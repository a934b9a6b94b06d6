using Plumbline.Configuration;
using Plumbline.Randomness;

namespace Plumbline.Evaluation.Rulers;

/// <summary>
/// What a judge that knows no meaning makes of two answers: logistic regression on which words and pairs of neighbouring words the one has and the other lacks. A reward
/// model that does not beat it has learnt no more than a list of words.
/// </summary>
/// <remarks>
/// P(better wins) = σ(w · (x_better − x_worse)), x the presence of hashed unigrams and bigrams. Each pair's step is AdaGrad's (Duchi et al., JMLR 12, 2011) on
/// −log P + λ/2·Σ w², the sum over the features that the pair touches. The same pairs, options and seed give the same ruler to the bit.
/// </remarks>
public sealed class BigramRuler
{
    private readonly float[] weights;

    private BigramRuler(float[] weights) => this.weights = weights;

    /// <summary>Fits a ruler.</summary>
    /// <param name="pairs">The answer that people preferred, and the other; without their prompt.</param>
    /// <param name="seed">The order in which pairs are seen.</param>
    /// <param name="options">The numbers; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static BigramRuler Fit(IReadOnlyList<(string Better, string Worse)> pairs, Seed seed, BigramRulerOptions? options = null)
    {
        options = OptionsValidation.ThrowIfInvalid(options ?? new BigramRulerOptions());
        var (weights, squares) = (new float[1 << options.HashBits], new float[1 << options.HashBits]);
        var ruler = new BigramRuler(weights);
        var differences = pairs.Select(pair => ruler.Difference(pair.Better, pair.Worse)).ToArray();
        var order = Enumerable.Range(0, pairs.Count).ToArray();
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            seed.Derive("order", epoch).Source().Shuffle<int>(order);
            foreach (var index in order)
            {
                var features = differences[index];
                var slope = -1 / (1 + Math.Exp(ruler.Lead(features)));
                foreach (var (feature, sign) in features)
                {
                    var gradient = (float)((slope * sign) + (options.Penalty * weights[feature]));
                    squares[feature] += gradient * gradient;
                    weights[feature] -= (float)(options.LearningRate * gradient / (Math.Sqrt(squares[feature]) + 1e-8));
                }
            }
        }

        return ruler;
    }

    /// <summary>log-odds that people prefer the first answer; 0 where the ruler sees no difference.</summary>
    public double Lead(string first, string second) => Lead(Difference(first, second));

    private double Lead((int Feature, int Sign)[] features) => features.Sum(entry => (double)entry.Sign * weights[entry.Feature]);

    // What one answer has and the other lacks.
    private (int Feature, int Sign)[] Difference(string first, string second)
    {
        var (left, right) = (HashedWords.Of(first, weights.Length), HashedWords.Of(second, weights.Length));
        return
        [
            .. left.Where(feature => !right.Contains(feature)).Select(feature => (feature, 1)),
            .. right.Where(feature => !left.Contains(feature)).Select(feature => (feature, -1)),
        ];
    }
}

/// <summary>The numbers of a <see cref="BigramRuler"/>.</summary>
public sealed record BigramRulerOptions : IValidatedOptions
{
    /// <summary>Features are hashed into 2 to this power.</summary>
    /// <value>18</value>
    public int HashBits { get; init; } = 18;

    /// <summary>λ, the weight of the squared weights.</summary>
    /// <value>0.01</value>
    public double Penalty { get; init; } = 0.01;

    /// <summary>AdaGrad's step.</summary>
    /// <value>0.02</value>
    public double LearningRate { get; init; } = 0.02;

    /// <summary>Passes over the pairs.</summary>
    /// <value>5</value>
    public int Epochs { get; init; } = 5;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (HashBits is >= 8 and <= 24, nameof(HashBits), HashBits, "between 8 and 24"),
            (Penalty >= 0 && double.IsFinite(Penalty), nameof(Penalty), Penalty, "0 or more"),
            (LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0"),
            (Epochs is >= 1 and <= 1000, nameof(Epochs), Epochs, "between 1 and 1000"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
