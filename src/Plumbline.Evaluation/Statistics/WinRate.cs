namespace Plumbline.Evaluation.Statistics;

/// <summary>How often one side of independent comparisons won. A tie counts half, so that nobody gains or loses by it.</summary>
/// <param name="Wins">Comparisons won.</param>
/// <param name="Ties">Comparisons without a winner.</param>
/// <param name="Trials">Comparisons in all, at least wins and ties together.</param>
public readonly record struct WinRate(long Wins, long Ties, long Trials)
{
    /// <summary>(wins + ties/2) / trials in [0, 1]; NaN where there were no trials.</summary>
    public double Value => Trials == 0 ? double.NaN : (Wins + (Ties / 2.0)) / Trials;

    /// <summary>Counts leads: above 0 is a win, 0 a tie.</summary>
    /// <exception cref="ArgumentException">A lead is not a number.</exception>
    public static WinRate Of(IEnumerable<double> leads)
    {
        long wins = 0,
            ties = 0,
            trials = 0;
        foreach (var lead in leads)
        {
            if (double.IsNaN(lead))
            {
                throw new ArgumentException("A lead is not a number.", nameof(leads));
            }

            wins += lead > 0 ? 1 : 0;
            ties += lead == 0 ? 1 : 0;
            trials++;
        }

        return new WinRate(wins, ties, trials);
    }

    /// <summary>The Wilson score interval, a tie being half a success.</summary>
    /// <param name="confidence">In (0, 1).</param>
    /// <returns>Within [0, 1]; the whole of it where there were no trials.</returns>
    /// <remarks>See <see cref="Proportion.WilsonInterval"/>; ties vary less than wins and losses do, so with ties it is a little too wide.</remarks>
    /// <exception cref="InvalidOperationException">The counts are negative or exceed the trials.</exception>
    public Interval WilsonInterval(double confidence = 0.95) =>
        Wins < 0 || Ties < 0 || Wins + Ties > Trials
            ? throw new InvalidOperationException($"{Wins} wins and {Ties} ties in {Trials} comparisons cannot be.")
            : Proportion.Wilson(Wins + (Ties / 2.0), Trials, confidence);

    /// <summary>The rate with its interval.</summary>
    public Estimate ToEstimate(double confidence = 0.95) => new(Value, WilsonInterval(confidence));
}
