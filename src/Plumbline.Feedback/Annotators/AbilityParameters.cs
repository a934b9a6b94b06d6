namespace Plumbline.Feedback.Annotators;

/// <summary>The parameters of <see cref="Glad"/>: abilities. An item's hidden state is its class and one of a few eases, so that eases are integrated out.</summary>
internal sealed class AbilityParameters : ILatentParameters
{
    /// <summary>How many eases there are.</summary>
    public const int Eases = 13;

    private const double PriorMean = 1;
    private const int NewtonSteps = 20;
    private const int Halvings = 30;

    // b = 1 ± 0, ½, …, 3 with normal weights: sums over such a grid are integrals to many digits, as all is smooth.
    private static readonly double[] LogEases = [.. Enumerable.Range(0, Eases).Select(ease => PriorMean + ((ease - (Eases / 2)) / 2.0))];
    private static readonly double[] Betas = [.. LogEases.Select(logEase => Math.Exp(logEase))];
    private static readonly double[] LogWeights = Weights();

    private readonly LabelTable labels;
    private readonly int classes;
    private readonly double[] abilities;

    // [raters, eases]: P(right), its logarithm, and that of P(a wrong class).
    private readonly double[] chances;
    private readonly double[] logRight;
    private readonly double[] logWrong;

    // How often each ease is met.
    private readonly double[] met = new double[Eases];
    private readonly double[] states;

    public AbilityParameters(LabelTable labels)
    {
        (this.labels, classes) = (labels, labels.Classes.Count);
        abilities = new double[labels.Raters.Count];
        chances = new double[abilities.Length * Eases];
        logRight = new double[abilities.Length * Eases];
        logWrong = new double[abilities.Length * Eases];
        states = new double[classes * Eases];
        Array.Fill(abilities, PriorMean);
        Tabulate();
    }

    public int States => classes * Eases;

    public double LogPrior => abilities.Sum(LogDensity);

    public double Ability(int rater) => abilities[rater];

    /// <summary>The mean of an item's b, given its labels.</summary>
    public double MeanLogEase(int item, ReadOnlySpan<double> classShares)
    {
        StateShares(item, classShares, states);
        var mean = 0.0;
        for (var state = 0; state < states.Length; state++)
        {
            mean += states[state] * LogEases[state % Eases];
        }

        return mean;
    }

    public void Maximise(ReadOnlySpan<double> posteriors)
    {
        // [raters, eases]: labels at each ease, and right ones.
        var given = new double[abilities.Length * Eases];
        var right = new double[abilities.Length * Eases];
        var ofEase = new double[Eases];
        Array.Clear(met);
        for (var item = 0; item < labels.Items.Count; item++)
        {
            StateShares(item, posteriors.Slice(item * classes, classes), states);
            Array.Clear(ofEase);
            for (var state = 0; state < states.Length; state++)
            {
                ofEase[state % Eases] += states[state];
                met[state % Eases] += states[state] / labels.Items.Count;
            }

            var range = labels.LabelsOfItem(item);
            var raters = labels.RaterOf[range];
            var said = labels.ClassOf[range];
            for (var i = 0; i < raters.Length; i++)
            {
                for (var ease = 0; ease < Eases; ease++)
                {
                    given[(raters[i] * Eases) + ease] += ofEase[ease];
                    right[(raters[i] * Eases) + ease] += states[(said[i] * Eases) + ease];
                }
            }
        }

        for (var rater = 0; rater < abilities.Length; rater++)
        {
            abilities[rater] = Climb(abilities[rater], given.AsSpan(rater * Eases, Eases), right.AsSpan(rater * Eases, Eases));
        }

        Tabulate();
    }

    public void JointLogs(int item, Span<double> logs)
    {
        StateLogs(item, states);
        for (var kind = 0; kind < logs.Length; kind++)
        {
            var (most, sum) = Exponentials(states.AsSpan(kind * Eases, Eases));
            logs[kind] = most + Math.Log(sum);
        }
    }

    // The ease given the class and the labels.
    public void StateShares(int item, ReadOnlySpan<double> classShares, Span<double> shares)
    {
        StateLogs(item, shares);
        for (var kind = 0; kind < classes; kind++)
        {
            var of = shares.Slice(kind * Eases, Eases);
            var (_, sum) = Exponentials(of);
            foreach (ref var share in of)
            {
                share *= classShares[kind] / sum;
            }
        }
    }

    public void Score(int item, int label, Span<double> scores, Span<double> informations)
    {
        var said = labels.ClassOf[label];
        for (var ease = 0; ease < Eases; ease++)
        {
            var beta = Betas[ease];
            var chance = chances[(labels.RaterOf[label] * Eases) + ease];
            for (var kind = 0; kind < classes; kind++)
            {
                scores[(kind * Eases) + ease] = beta * ((kind == said ? 1 : 0) - chance);
                informations[(kind * Eases) + ease] = beta * beta * chance * (1 - chance);
            }
        }
    }

    public double PriorInformation(int rater) => 1;

    public double Accuracy(int rater, double shift)
    {
        var sum = 0.0;
        for (var ease = 0; ease < Eases; ease++)
        {
            sum += met[ease] * Odds.Probability((abilities[rater] + shift) * Betas[ease]);
        }

        return sum;
    }

    private static double[] Weights()
    {
        double[] weights = [.. LogEases.Select(logEase => Math.Exp(LogDensity(logEase)))];
        var all = weights.Sum();
        return [.. weights.Select(weight => Math.Log(weight / all))];
    }

    // log N(x; 1, 1) but for a constant.
    private static double LogDensity(double value) => -(value - PriorMean) * (value - PriorMean) / 2;

    // Puts e^(log − the largest) in place of logarithms.
    private static (double Most, double Sum) Exponentials(Span<double> logs)
    {
        var most = double.NegativeInfinity;
        foreach (var log in logs)
        {
            most = Math.Max(most, log);
        }

        var sum = 0.0;
        foreach (ref var log in logs)
        {
            log = Math.Exp(log - most);
            sum += log;
        }

        return (most, sum);
    }

    private void Tabulate()
    {
        for (var rater = 0; rater < abilities.Length; rater++)
        {
            for (var ease = 0; ease < Eases; ease++)
            {
                var logOdds = abilities[rater] * Betas[ease];
                chances[(rater * Eases) + ease] = Odds.Probability(logOdds);
                logRight[(rater * Eases) + ease] = Odds.LogProbability(logOdds);
                logWrong[(rater * Eases) + ease] = Odds.LogProbability(-logOdds) - Math.Log(classes - 1);
            }
        }
    }

    // [classes, eases]: the log-probability of class, ease and labels.
    private void StateLogs(int item, Span<double> logs)
    {
        var range = labels.LabelsOfItem(item);
        var raters = labels.RaterOf[range];
        var said = labels.ClassOf[range];
        Span<double> wrong = stackalloc double[Eases];
        for (var ease = 0; ease < Eases; ease++)
        {
            wrong[ease] = LogWeights[ease] - Math.Log(classes);
        }

        foreach (var rater in raters)
        {
            for (var ease = 0; ease < Eases; ease++)
            {
                wrong[ease] += logWrong[(rater * Eases) + ease];
            }
        }

        for (var kind = 0; kind < classes; kind++)
        {
            wrong.CopyTo(logs[(kind * Eases)..]);
        }

        for (var i = 0; i < raters.Length; i++)
        {
            for (var ease = 0; ease < Eases; ease++)
            {
                var at = (raters[i] * Eases) + ease;
                logs[(said[i] * Eases) + ease] += logRight[at] - logWrong[at];
            }
        }
    }

    // Newton's steps on a function that bends down everywhere, halved until they gain.
    private static double Climb(double ability, ReadOnlySpan<double> given, ReadOnlySpan<double> right)
    {
        for (var step = 0; step < NewtonSteps; step++)
        {
            var (slope, bend) = (PriorMean - ability, 1.0);
            for (var ease = 0; ease < Eases; ease++)
            {
                var beta = Betas[ease];
                var chance = Odds.Probability(ability * beta);
                slope += beta * (right[ease] - (given[ease] * chance));
                bend += beta * beta * given[ease] * chance * (1 - chance);
            }

            var before = Objective(ability, given, right);
            var move = slope / bend;
            for (var halving = 0; halving < Halvings && Objective(ability + move, given, right) < before; halving++)
            {
                move /= 2;
            }

            if (Objective(ability + move, given, right) <= before)
            {
                break;
            }

            ability += move;
        }

        return ability;
    }

    private static double Objective(double ability, ReadOnlySpan<double> given, ReadOnlySpan<double> right)
    {
        var sum = LogDensity(ability);
        for (var ease = 0; ease < Eases; ease++)
        {
            var logOdds = ability * Betas[ease];
            sum += (right[ease] * Odds.LogProbability(logOdds)) + ((given[ease] - right[ease]) * Odds.LogProbability(-logOdds));
        }

        return sum;
    }
}
