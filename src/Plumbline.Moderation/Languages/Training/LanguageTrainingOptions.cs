using Plumbline.Randomness;

namespace Plumbline.Moderation.Languages.Training;

/// <summary>How a language model is trained.</summary>
public sealed record LanguageTrainingOptions
{
    /// <summary>What everything random derives from. The same seed, texts and options give the same bytes.</summary>
    /// <value>1.</value>
    public Seed Seed { get; init; } = new(1);

    /// <summary>How many pieces of text a language is shown, on average.</summary>
    /// <value>60,000; at least 1.</value>
    public int PiecesPerLanguage { get; init; } = 60_000;

    /// <summary>The share of pieces that show what is none of the languages: other languages, program text, letters without sense.</summary>
    /// <value>0.12, in [0, 0.9].</value>
    public double UnknownShare { get; init; } = 0.12;

    /// <summary>The base-2 logarithm of the number of buckets in a script of more than <see cref="FewLanguages"/> languages.</summary>
    /// <value>17, in [4, 18].</value>
    public int ManyBits { get; init; } = 17;

    /// <summary>The same in a script of fewer.</summary>
    /// <value>14, in [4, 18].</value>
    public int FewBits { get; init; } = 14;

    /// <summary>Up to how many languages of a script are few.</summary>
    /// <value>16.</value>
    public int FewLanguages { get; init; } = 16;

    /// <summary>The step size of the first piece; it falls to 0 in a straight line.</summary>
    /// <value>4, greater than 0.</value>
    public double LearningRate { get; init; } = 4;

    /// <summary>How much every weight is drawn towards 0 with each step, by the step size: what the lasso's penalty does (Tibshirani 1996), so that most weights are exactly 0.</summary>
    /// <value>0.0000001, at least 0.</value>
    public double Shrinkage { get; init; } = 1e-7;

    /// <summary>How many steps of weights there are on each side of 0.</summary>
    /// <value>15, in [1, 127].</value>
    public int Levels { get; init; } = 15;

    /// <summary>The share of answers that must be right among those that are given, on pieces that were kept out of training: the bound below which no language is named follows from it.</summary>
    /// <value>0.97, in (0, 1].</value>
    public double Precision { get; init; } = 0.97;

    /// <summary>Refuses what does not lie in its range.</summary>
    /// <exception cref="InvalidInputException">An option does not.</exception>
    internal void Validate()
    {
        Require(PiecesPerLanguage >= 1, "pieces_per_language", PiecesPerLanguage, "at least 1");
        Require(UnknownShare is >= 0 and <= 0.9, "unknown_share", UnknownShare, "from 0 to 0.9");
        Require(ManyBits is >= 4 and <= LanguageModelFile.MostBits, "many_bits", ManyBits, "from 4 to 18");
        Require(FewBits is >= 4 and <= LanguageModelFile.MostBits, "few_bits", FewBits, "from 4 to 18");
        Require(LearningRate is > 0 and <= 1000, "learning_rate", LearningRate, "greater than 0, at most 1000");
        Require(Shrinkage is >= 0 and <= 1, "shrinkage", Shrinkage, "from 0 to 1");
        Require(Levels is >= 1 and <= sbyte.MaxValue, "levels", Levels, "from 1 to 127");
        Require(Precision is > 0 and <= 1, "precision", Precision, "greater than 0, at most 1");
    }

    private static void Require(bool holds, string option, object value, string range)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{option} is {value}, and must be {range}.", "Give a value in that range.");
        }
    }
}
