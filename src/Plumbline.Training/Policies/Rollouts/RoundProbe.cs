using Plumbline.Configuration;
using Plumbline.Randomness;
using Plumbline.Training.Loop;

namespace Plumbline.Training.Policies.Rollouts;

/// <summary>Asks the policy the probe's prompts and has the answers judged.</summary>
internal sealed class RoundProbe
{
    private readonly RolloutParts parts;
    private readonly PolicyProbe probe;
    private readonly RolloutOptions rollouts;
    private readonly AnswerDraw draw;

    /// <summary>A probe.</summary>
    /// <param name="parts">The policy's sampler, the proxy, and what to ask.</param>
    /// <param name="rollouts">What becomes of the proxy's scores: the probe sees them as training does.</param>
    /// <param name="seed">The run's.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or there are too few prompts.</exception>
    internal RoundProbe(RolloutParts parts, RolloutOptions rollouts, Seed seed)
    {
        (this.parts, this.rollouts, probe) = (parts, rollouts, parts.Probe!);
        OptionsValidation.ThrowIfInvalid(probe.Options);
        if (probe.Prompts.Count < PolicyProbe.LeastPrompts)
        {
            throw new InvalidInputException(
                $"A probe has {probe.Prompts.Count} prompts.",
                $"Hold out at least {PolicyProbe.LeastPrompts}: fewer say nothing about how sure a mean is."
            );
        }

        draw = new AnswerDraw(probe.Options.AnswersPerPrompt, seed.Derive("probe"));
    }

    /// <summary>Whether the policy is probed before it answers the prompts of a round.</summary>
    internal bool IsDue(long round, long last) => round % probe.Options.EveryRounds == 0 || round == last;

    /// <summary>Probes the policy as it is now.</summary>
    /// <param name="before">What probes are compared with; null for the first.</param>
    /// <param name="metrics">Receives what was found, under <c>probe/</c>.</param>
    /// <param name="cancellation">Polled.</param>
    /// <returns>What the next probe is compared with.</returns>
    internal ProbeMemory Ask(ProbeMemory? before, MetricSums metrics, CancellationToken cancellation)
    {
        var drawn = parts.Sampler.Draw(probe.Prompts, draw, cancellation);
        RolloutAnswer[] answers = [.. drawn.SelectMany(group => group)];
        metrics.Add("probe/length", answers.Sum(answer => (double)answer.DrawnCount), answers.Length);
        metrics.Add("probe/repetition", answers.Sum(RolloutMetrics.Repetition), answers.Length);
        metrics.Add("probe/truncated", answers.Count(answer => answer.IsTruncated), answers.Length);
        RolloutMetrics.AddTurns(metrics, "probe", answers);
        RolloutMetrics.AddDistinct(metrics, "probe/distinct", drawn);
        var shown = AnswerJudge.ToRewards(probe.Prompts, drawn);
        var proxy = AnswerJudge.Judge(parts.Reward, "reward", shown, cancellation);
        proxy.AddDisagreement(metrics, "probe/disagreement", drawn);
        var gold = probe.Gold is null ? null : AnswerJudge.Judge(probe.Gold, "gold reward of the probe", shown, cancellation);
        var scored = new List<ProbeAnswer>();
        var at = 0;
        for (var prompt = 0; prompt < drawn.Count; prompt++)
        {
            foreach (var answer in drawn[prompt])
            {
                if (proxy.Scores[at] is { } score && (gold is null || gold.Scores[at] is not null))
                {
                    scored.Add(new ProbeAnswer(prompt, rollouts.Shaped(score, answer), gold?.Scores[at]));
                }

                at++;
            }
        }

        metrics.Add("probe/unjudged", answers.Length - scored.Count, answers.Length);
        return (before ?? new ProbeMemory()).After(new ProbeScores(probe.Prompts.Count, scored), metrics);
    }
}
