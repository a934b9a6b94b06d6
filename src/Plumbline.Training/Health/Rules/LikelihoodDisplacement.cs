using Plumbline.Configuration;

namespace Plumbline.Training.Health.Rules;

/// <summary>
/// Likelihood displacement: the chosen answers become less likely while the margin grows, as the rejected ones fall faster; where the probability goes nobody
/// asked, at worst to answers that mean the opposite. Named by arXiv 2410.08847 (Razin et al.).
/// </summary>
public sealed record LikelihoodDisplacementOptions : HealthRuleOptions
{
    /// <summary>Serious: what was to become likelier became less likely.</summary>
    public LikelihoodDisplacementOptions() => Serious = true;

    /// <summary>
    /// How far the mean log-probability of the chosen answers' tokens may fall, in nats per token: at 0.25 a token has kept e^-0.25 = 78 % of its probability.
    /// </summary>
    /// <value>0.25</value>
    public double NatsPerToken { get; init; } = 0.25;

    /// <summary>
    /// How far the mean log-probability of whole chosen answers may fall, in nats. A fall of 50 nats is 0.25 nats per token of an answer of 200 tokens; for much
    /// longer answers this is the stricter of the two.
    /// </summary>
    /// <value>50</value>
    public double NatsPerAnswer { get; init; } = 50;

    /// <summary>Steps that are averaged, first ones and last ones; nothing is said before twice as many are done.</summary>
    /// <value>20</value>
    public int Window { get; init; } = 20;

    /// <summary>
    /// How many standard errors the fall must exceed as well: a step's mean depends on which answers are in it, and the fall is looked for at every step. At 5, noise
    /// alone passes in fewer than one of a hundred runs (tested).
    /// </summary>
    /// <value>5</value>
    public double StandardErrors { get; init; } = 5;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [
            .. Above0(nameof(NatsPerToken), NatsPerToken),
            .. Above0(nameof(NatsPerAnswer), NatsPerAnswer),
            .. Between(nameof(Window), Window, 2, LongestWindow),
            .. Between(nameof(StandardErrors), StandardErrors, 0, 100),
        ];
}

/// <summary>Compares the last <c>window</c> steps with the first: log-probabilities of chosen answers down, margin up.</summary>
internal sealed class LikelihoodDisplacement(LikelihoodDisplacementOptions options) : HealthRule
{
    private readonly ShiftWindow answers = new(options.Window);
    private readonly ShiftWindow tokens = new(options.Window);
    private readonly ShiftWindow margins = new(options.Window);

    internal override string Name => "likelihood_displacement";

    internal override string Meaning =>
        "The margin grows because rejected answers fall faster than chosen ones: the model learns to avoid both, and what it says instead was never looked at.";

    internal override string Advice =>
        "Lower learning_rate or raise beta; add a term for the chosen answers (a loss mixed with sft) or take a loss that holds them up (apo_zero, nca); leave out pairs whose answers are nearly alike.";

    internal override HealthFinding? Observe(long step, IReadOnlyDictionary<string, double> metrics)
    {
        if (Find(metrics, "logps/chosen") is not { } chosen || Find(metrics, "rewards/margins") is not { } margin)
        {
            return null;
        }

        answers.Push(step, chosen);
        margins.Push(step, margin);
        if (Find(metrics, "logps/chosen_per_token") is { } perToken)
        {
            tokens.Push(step, perToken);
        }

        return !margins.IsFull || !(margins.Change > 0)
            ? null
            : Fall(tokens, options.NatsPerToken, "nats per token") ?? Fall(answers, options.NatsPerAnswer, "nats per answer");
    }

    internal override long GoodUntil(long step) => WeightsBefore(Math.Min(answers.EarliestNext(step), tokens.EarliestNext(step)));

    internal override IReadOnlyDictionary<string, double[]> Save()
    {
        var state = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var (name, window) in Windows())
        {
            (state[name + "_start"], state[name]) = window.Save();
        }

        return state;
    }

    internal override void Restore(IReadOnlyDictionary<string, double[]> state)
    {
        foreach (var (name, window) in Windows())
        {
            window.Restore(Part(state, name + "_start"), Part(state, name));
        }
    }

    private (string Name, ShiftWindow Window)[] Windows() => [("answers", answers), ("tokens", tokens), ("margins", margins)];

    private HealthFinding? Fall(ShiftWindow window, double threshold, string unit)
    {
        if (!window.IsFull || !(-window.Change > Math.Max(threshold, options.StandardErrors * window.StandardError)))
        {
            return null;
        }

        return new HealthFinding(
            $"Chosen answers lost {-window.Change:G4} {unit} since the start (mean of {options.Window} steps) while the margin grew by {margins.Change:G4}.",
            -window.Change,
            threshold,
            window.First,
            WeightsBefore(window.First)
        );
    }
}
