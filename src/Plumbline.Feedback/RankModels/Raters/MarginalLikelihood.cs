namespace Plumbline.Feedback.RankModels.Raters;

/// <summary>
/// The likelihood of raters' parameters with the strengths integrated out. Strengths that are estimated along with them would fit the errors of the few judgements that each prompt has, and so make
/// raters look better than they are, by a factor that more prompts do not remove (Neyman and Scott 1948).
/// </summary>
internal sealed class MarginalLikelihood(IReadOnlyList<StrengthPosterior> prompts)
{
    private readonly PosteriorScratch scratch = new();
    private double[] means = [];

    // [nodes]: by each parameter of the prompt's raters the gradient that the node's strengths would give, and for each rater minus its second derivatives.
    private double[][] scores = [];
    private double[][] bends = [];

    /// <summary>Moves the nodes of every prompt to its posterior.</summary>
    public void Place(ReadOnlySpan<double> parameters)
    {
        foreach (var prompt in prompts)
        {
            prompt.Place(parameters, scratch);
        }
    }

    /// <summary>The marginal log-likelihood.</summary>
    /// <param name="parameters">[2 · raters].</param>
    /// <param name="into">Is given the derivatives; null where the value is enough.</param>
    public double Evaluate(ReadOnlySpan<double> parameters, RaterInformation? into)
    {
        var value = 0.0;
        foreach (var prompt in prompts)
        {
            var weights = Look(prompt, parameters, into is not null, out var likelihood);
            value += likelihood;
            if (into is not null)
            {
                AddScores(prompt, weights, into);
                AddBends(prompt, weights, into);
            }
        }

        return value;
    }

    /// <summary>The posterior weight of each node of a prompt: they sum to 1.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="parameters">[2 · raters].</param>
    public double[] Weights(StrengthPosterior prompt, ReadOnlySpan<double> parameters) => Look(prompt, parameters, false, out _);

    // At each node: the likelihood of all that was said, and its derivatives where they are asked for.
    private double[] Look(StrengthPosterior prompt, ReadOnlySpan<double> parameters, bool derive, out double likelihood)
    {
        var logs = new double[prompt.Strengths.Count];
        Reserve(logs.Length, prompt.Raters.Length);
        for (var node = 0; node < logs.Length; node++)
        {
            logs[node] = prompt.LogWeights[node];
            Array.Clear(scores[node], 0, 2 * prompt.Raters.Length);
            Array.Clear(bends[node], 0, 3 * prompt.Raters.Length);
            foreach (var judgement in prompt.Judgements)
            {
                logs[node] += judgement.IsPair
                    ? LookAtPair(judgement, parameters, prompt.Strengths[node], node)
                    : Look(judgement, parameters, prompt.Strengths[node], node, derive);
            }
        }

        return Normalised(logs, prompt.Signs, out likelihood);
    }

    private double Look(Judgement judgement, ReadOnlySpan<double> parameters, double[] strengths, int node, bool derive)
    {
        var utilities = scratch.Utilities(judgement.Places.Length);
        judgement.Utilities(parameters, strengths, utilities);
        var value = scratch.Probability.Evaluate(judgement.Ranking, utilities, [], derive ? scratch.Terms : null);
        if (derive)
        {
            AddJudgement(judgement, strengths, scores[node].AsSpan(2 * judgement.Seat, 2), bends[node].AsSpan(3 * judgement.Seat, 3));
        }

        return value;
    }

    // Bradley and Terry's model in place, derivatives and all: most data sets are pairs, and this is their innermost loop.
    private double LookAtPair(Judgement judgement, ReadOnlySpan<double> parameters, double[] strengths, int node)
    {
        var strength = strengths[judgement.Places[0]] - strengths[judgement.Places[1]];
        var front = judgement.Fronts[0] - judgement.Fronts[1];
        var difference = (parameters[2 * judgement.Rater] * strength) + (parameters[(2 * judgement.Rater) + 1] * front);
        var small = Math.Exp(-Math.Abs(difference));
        var surprise = (difference >= 0 ? small : 1) / (1 + small);
        var bend = surprise * (1 - surprise);
        var (score, bends) = (scores[node], this.bends[node]);
        score[2 * judgement.Seat] += surprise * strength;
        score[(2 * judgement.Seat) + 1] += surprise * front;
        bends[3 * judgement.Seat] += bend * strength * strength;
        bends[(3 * judgement.Seat) + 1] += bend * strength * front;
        bends[(3 * judgement.Seat) + 2] += bend * front * front;
        return Math.Min(difference, 0) - Math.Log(1 + small);
    }

    private static double[] Normalised(double[] logs, IReadOnlyList<double> signs, out double likelihood)
    {
        var largest = logs.Max();
        double[] weights = [.. logs.Select((log, node) => signs[node] * Math.Exp(log - largest))];
        var sum = weights.Sum();
        if (sum <= 0)
        {
            // Rules for many dimensions have a few negative nodes. Where they outweigh the others the posterior is far from normal, and the others alone are the better guess.
            weights = [.. weights.Select(weight => Math.Max(weight, 0))];
            sum = weights.Sum();
        }

        for (var node = 0; node < weights.Length; node++)
        {
            weights[node] /= sum;
        }

        likelihood = largest + Math.Log(sum);
        return weights;
    }

    // What one judgement says of its rater if the strengths are those of a node.
    private void AddJudgement(Judgement judgement, double[] strengths, Span<double> score, Span<double> bend)
    {
        var (places, fronts) = (judgement.Places, judgement.Fronts);
        var gradient = scratch.Terms.Gradient;
        var pairs = scratch.Terms.Pairs;
        var pair = 0;
        for (var i = 0; i < places.Length; i++)
        {
            score[0] += gradient[i] * strengths[places[i]];
            score[1] += gradient[i] * fronts[i];
            for (var j = i + 1; j < places.Length; j++)
            {
                var weight = pairs[pair++];
                var (strength, front) = (strengths[places[i]] - strengths[places[j]], fronts[i] - fronts[j]);
                bend[0] += weight * strength * strength;
                bend[1] += weight * strength * front;
                bend[2] += weight * front * front;
            }
        }
    }

    // The gradient is the scores' mean, and what is lost of the information is their covariance.
    private void AddScores(StrengthPosterior prompt, double[] weights, RaterInformation into)
    {
        var width = 2 * prompt.Raters.Length;
        Array.Clear(means, 0, width);
        for (var node = 0; node < weights.Length; node++)
        {
            for (var i = 0; i < width; i++)
            {
                means[i] += weights[node] * scores[node][i];
            }
        }

        for (var i = 0; i < width; i++)
        {
            var parameter = (2 * prompt.Raters[i / 2]) + (i % 2);
            into.Gradient[parameter] += means[i];
            for (var j = 0; j <= i; j++)
            {
                var covariance = 0.0;
                for (var node = 0; node < weights.Length; node++)
                {
                    covariance += weights[node] * (scores[node][i] - means[i]) * (scores[node][j] - means[j]);
                }

                into.Lose(parameter, (2 * prompt.Raters[j / 2]) + (j % 2), covariance);
            }
        }
    }

    private void AddBends(StrengthPosterior prompt, double[] weights, RaterInformation into)
    {
        for (var node = 0; node < weights.Length; node++)
        {
            var (weight, bend) = (weights[node], bends[node]);
            for (var rater = 0; rater < prompt.Raters.Length; rater++)
            {
                var at = 3 * rater;
                into.AddComplete(prompt.Raters[rater], weight * bend[at], weight * bend[at + 1], weight * bend[at + 2]);
            }
        }
    }

    private void Reserve(int nodes, int raters)
    {
        if (scores.Length < nodes || means.Length < 2 * raters)
        {
            var (rows, wide) = (Math.Max(nodes, scores.Length), Math.Max(raters, means.Length / 2));
            scores = [.. Enumerable.Range(0, rows).Select(_ => new double[2 * wide])];
            bends = [.. Enumerable.Range(0, rows).Select(_ => new double[3 * wide])];
            means = new double[2 * wide];
        }
    }
}
