using Plumbline.Feedback.Selection.Information;

namespace Plumbline.Feedback.Selection;

/// <summary>The scores of a pool's tasks outside of the random slice while its posterior shrinks, computed when they are needed.</summary>
internal sealed class GreedyScores(CandidatePool pool, CandidateScorer scorer, bool[] sliced, double[] scores, double skill)
{
    // The round in which a score was computed; null before the first is asked for.
    private int[]? computed;
    private int round;

    /// <summary>The open task with the highest score, the first of equals. There must be one.</summary>
    public int Top()
    {
        if (computed is null)
        {
            computed = new int[scores.Length];
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] = IsChoice(i) ? scorer.Score(pool, i, skill) : 0;
            }
        }

        while (true)
        {
            var top = -1;
            for (var i = 0; i < scores.Length; i++)
            {
                top = IsChoice(i) && (top < 0 || scores[i] > scores[top]) ? i : top;
            }

            if (computed[top] == round)
            {
                return top;
            }

            Score(top);
        }
    }

    /// <summary>The present score of an open task.</summary>
    public double Score(int candidate)
    {
        if (computed![candidate] != round)
        {
            scores[candidate] = scorer.Score(pool, candidate, skill);
            computed[candidate] = round;
        }

        return scores[candidate];
    }

    /// <summary>Shrinks the posterior as a ranking of the task is expected to.</summary>
    public void Expect(int candidate)
    {
        pool.Follow(scorer.ExpectedDirections(pool, candidate, skill));
        round++;
    }

    private bool IsChoice(int candidate) => !sliced[candidate] && pool.IsOpen(candidate);
}
