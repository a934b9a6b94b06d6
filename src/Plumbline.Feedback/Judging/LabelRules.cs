using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Settlements;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Judging;

/// <summary>
/// What a constitution asks about a pair, and what it makes of the answers. Of one question, p = exp(l₁) / (exp(l₁) + exp(l₂)) over the log-probabilities of the two letters, or the share of
/// replies that name the first answer's, or what follows from a yes or no about each answer alone (<see cref="JudgeMethod.Separately"/>); a clause's opinion is the mean over samples and both orders, its label that clamped to <see cref="ComparisonOptions.Clamp"/>, and the pair's label
/// the mean over clauses. What the rules of the constitution decide is settled from the opinions, not from the clamped labels.
/// </summary>
public sealed class LabelRules
{
    private readonly string hash;
    private readonly string judge;

    /// <summary>Checks the options.</summary>
    /// <param name="constitution">The clauses.</param>
    /// <param name="judge">The judge's name.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="seed">Decides which clauses are drawn, and what is sampled.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public LabelRules(Constitution constitution, string judge, ComparisonOptions options, Seed seed)
    {
        (Constitution, this.judge, Seed) = (constitution, judge, seed);
        Options = OptionsValidation.ThrowIfInvalid(options);
        hash = ConstitutionHash.Of(constitution);
    }

    /// <summary>How the judge is asked.</summary>
    public ComparisonOptions Options { get; }

    internal Constitution Constitution { get; }

    internal Seed Seed { get; }

    /// <summary>The clauses that a pair is judged by, with the hash of what each asks.</summary>
    /// <param name="pair">The pair.</param>
    public IReadOnlyDictionary<string, string> Asked(ComparedPair pair)
    {
        var applicable = Constitution.ApplicableTo(pair.Situation).ToDictionary();
        return ClauseSelection
            .Of(Seed, pair.Id, applicable.Keys, Options.ClausesPerPair)
            .ToDictionary(id => id, id => new ClauseQuestion(applicable[id], pair.Situation.Language).Hash(Options, Seed));
    }

    /// <summary>The labels of a pair, where every judgement that they need was given before; otherwise null.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="before">What was said of it before.</param>
    public LabelledPair? Recombined(ComparedPair pair, LabelledPair before)
    {
        var judged = new SortedDictionary<string, ClauseJudgement>(StringComparer.Ordinal);
        foreach (var (id, asked) in Asked(pair))
        {
            if (Known(before, id, asked) is not { } known)
            {
                return null;
            }

            judged.Add(id, known);
        }

        return Combined(pair, judged, []);
    }

    /// <summary>What follows from judgements.</summary>
    internal LabelledPair Combined(ComparedPair pair, SortedDictionary<string, ClauseJudgement> judged, IReadOnlyList<string> unjudged) =>
        new(
            pair.Id,
            judge,
            hash,
            judged,
            unjudged,
            judged.Count == 0 ? null : judged.Values.Average(judgement => Options.Clamped(judgement.First)),
            Arbiter.Settle(
                Constitution,
                judged.Select(judgement => new ClauseOpinion(judgement.Key, judgement.Value.First)),
                pair.Situation
            )
        );

    /// <summary>A judgement by the same judge on the same question; null where there is none.</summary>
    internal ClauseJudgement? Known(LabelledPair? before, string id, string asked) =>
        before is not null && before.Judge == judge && before.Clauses.TryGetValue(id, out var judgement) && judgement.Asked == asked
            ? judgement
            : null;

    /// <summary>σ(logit(p₁) − logit(p₂)) of what was said of two answers by themselves; a half where both are certain of the same.</summary>
    /// <param name="first">How likely yes and no are about the first.</param>
    /// <param name="second">The same about the second.</param>
    internal static double Compared(double[] first, double[] second)
    {
        var (better, worse) = (first[0] * second[1], first[1] * second[0]);
        return better + worse > 0 ? better / (better + worse) : 0.5;
    }
}
