using Plumbline.Configuration;
using Plumbline.Feedback.Selection.Information;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection;

/// <summary>Chooses the next tasks of a pool: mostly the one from which most is learnt, a known share at random. Not thread-safe.</summary>
/// <remarks>
/// A choice falls into the random slice with probability <see cref="SelectionOptions.RandomShare"/> while both parts have open tasks, and is uniform there. In the rest it is uniform with
/// probability <see cref="SelectionOptions.UniformShare"/>, and otherwise the highest score, the first of equals. The reward that scores must not learn the slice's labels if it is
/// measured on them.
/// </remarks>
public sealed class TaskSelector
{
    private readonly SelectionOptions options;
    private readonly CandidatePool pool;
    private readonly CandidateScorer scorer;
    private readonly Seed seed;
    private readonly bool[] sliced;
    private readonly double[] scores;

    /// <summary>A selector of one pool's tasks.</summary>
    /// <param name="pool">The tasks; refreshed by a posterior before each choice, or following it.</param>
    /// <param name="seed">The key of the random slice and the seed of the draws.</param>
    /// <param name="options">The numbers; null for the defaults.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public TaskSelector(CandidatePool pool, Seed seed, SelectionOptions? options = null)
    {
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new SelectionOptions());
        (this.pool, this.seed) = (pool, seed);
        scorer = new CandidateScorer(this.options.Criterion, this.options.Samples);
        Slice = new RandomSlice(seed, this.options.RandomShare);
        sliced = [.. pool.Candidates.Select(candidate => Slice.Contains(candidate.Id))];
        scores = new double[sliced.Length];
    }

    /// <summary>The tasks that are never chosen by gain.</summary>
    public RandomSlice Slice { get; }

    /// <summary>The next task; null where none is open. It stays open: <see cref="CandidatePool.Close"/> it once it is shown.</summary>
    /// <param name="draw">The number of the choice, such as how many were made before: the same number draws the same way.</param>
    /// <param name="skill">The inverse temperature of the rater who asks; 1 where it is not known.</param>
    public SelectedTask? Next(long draw, double skill = 1) => Choose(pool, count: 1, draw, skill) is [var task] ? task : null;

    /// <summary>
    /// Several tasks for one rater that are to be shown before any of their labels is there: after each the posterior shrinks as its ranking is expected to shrink it, so that the next is
    /// not chosen for the same reason. They stay open.
    /// </summary>
    /// <param name="count">How many, at least 1; fewer come where fewer are open.</param>
    /// <param name="draw">As in <see cref="Next"/>.</param>
    /// <param name="skill">As in <see cref="Next"/>.</param>
    /// <remarks>
    /// Greedy choice with scores that are computed anew only for tasks that might still be the best (Minoux 1978): a smaller posterior makes every score smaller. That is exact for the
    /// determinant, whose gain is submodular, and nearly for the information.
    /// </remarks>
    public IReadOnlyList<SelectedTask> NextBatch(int count, long draw, double skill = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Choose(count == 1 ? pool : pool.Copy(), count, draw, skill);
    }

    private List<SelectedTask> Choose(CandidatePool working, int count, long draw, double skill)
    {
        var random = seed.Derive("choice", draw).Source();
        var best = new GreedyScores(working, scorer, sliced, scores, skill);
        var tasks = new List<SelectedTask>();
        while (tasks.Count < count && working.OpenCount > 0)
        {
            var (inSlice, others) = CountOpen(working);
            var share =
                inSlice == 0 ? 0
                : others == 0 ? 1
                : options.RandomShare;
            var task =
                random.NextDouble() < share ? Sliced(working, random, share, inSlice) : Learnt(working, random, best, 1 - share, others);
            tasks.Add(task);
            if (tasks.Count == count)
            {
                break;
            }

            working.Close(task.Candidate);
            if (task.Reason != SelectionReason.RandomSlice)
            {
                best.Expect(task.Candidate);
            }
        }

        return tasks;
    }

    private SelectedTask Sliced(CandidatePool working, RandomSource random, double share, int count)
    {
        var candidate = Open(working, inSlice: true, random.NextInt(count));
        return new SelectedTask(
            candidate,
            working.Candidates[candidate].Id,
            SelectionReason.RandomSlice,
            Score: null,
            share / count,
            1.0 / count
        );
    }

    private SelectedTask Learnt(CandidatePool working, RandomSource random, GreedyScores best, double share, int count)
    {
        var top = best.Top();
        var uniform = random.NextBool(options.UniformShare);
        var candidate = uniform ? Open(working, inSlice: false, random.NextInt(count)) : top;
        var probability = (options.UniformShare / count) + (candidate == top ? 1 - options.UniformShare : 0);
        return new SelectedTask(
            candidate,
            working.Candidates[candidate].Id,
            uniform ? SelectionReason.Uniform : SelectionReason.Gain,
            best.Score(candidate),
            share * probability,
            probability
        );
    }

    private (int InSlice, int Others) CountOpen(CandidatePool working)
    {
        var inSlice = 0;
        for (var i = 0; i < sliced.Length; i++)
        {
            inSlice += sliced[i] && working.IsOpen(i) ? 1 : 0;
        }

        return (inSlice, working.OpenCount - inSlice);
    }

    private int Open(CandidatePool working, bool inSlice, int number)
    {
        for (var i = 0; ; i++)
        {
            if (working.IsOpen(i) && sliced[i] == inSlice && number-- == 0)
            {
                return i;
            }
        }
    }
}
