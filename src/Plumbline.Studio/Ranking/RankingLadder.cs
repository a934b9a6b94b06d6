namespace Plumbline.Studio.Ranking;

/// <summary>
/// An order in the making: steps from the best to the worst, each with one answer or several that tie. Answers are numbered by the place at which they are shown, from 0; those that stand on
/// no step are not ranked yet. Never changed: every move makes another ladder.
/// </summary>
/// <param name="Steps">The steps; none is empty, and no answer stands twice.</param>
public sealed record RankingLadder(IReadOnlyList<IReadOnlyList<int>> Steps)
{
    /// <summary>Nothing is ranked.</summary>
    public static RankingLadder Empty { get; } = new([]);

    /// <summary>Whether every answer is ranked.</summary>
    /// <param name="answers">How many answers there are.</param>
    public bool IsWhole(int answers) => Steps.Sum(step => step.Count) == answers;

    /// <summary>The step an answer stands on, from 0; null where it is not ranked.</summary>
    /// <param name="answer">The answer.</param>
    public int? StepOf(int answer)
    {
        for (var step = 0; step < Steps.Count; step++)
        {
            if (Steps[step].Contains(answer))
            {
                return step;
            }
        }

        return null;
    }

    /// <summary>The rank of an answer from 1, where ties share the better number and the next one is skipped; null where it is not ranked.</summary>
    /// <param name="answer">The answer.</param>
    public int? RankOf(int answer) => StepOf(answer) is { } step ? 1 + Steps.Take(step).Sum(before => before.Count) : null;

    /// <summary>The ranks of all answers; null where one is not ranked.</summary>
    /// <param name="answers">How many answers there are.</param>
    public IReadOnlyList<int>? Ranks(int answers) =>
        IsWhole(answers) ? [.. Enumerable.Range(0, answers).Select(answer => RankOf(answer)!.Value)] : null;

    /// <summary>The answer stands on a step of its own, before the step that has this number now; at the end where there is none.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="step">The step's number, from 0.</param>
    public RankingLadder Insert(int answer, int step)
    {
        // Steps are marked by what stands on them, as taking the answer away may take a step with it.
        var before = step >= 0 && step < Steps.Count ? Steps[step].FirstOrDefault(other => other != answer, -1) : -1;
        var isOwn = step >= 0 && step < Steps.Count && Steps[step].Count == 1 && Steps[step][0] == answer;
        if (isOwn)
        {
            return this;
        }

        var left = Remove(answer);
        var at = before < 0 ? left.Steps.Count : left.StepOf(before)!.Value;
        return new([.. left.Steps.Take(at), [answer], .. left.Steps.Skip(at)]);
    }

    /// <summary>The answer ties with those on a step.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="step">The step's number, from 0; nothing happens where there is none or it stands there.</param>
    public RankingLadder Join(int answer, int step)
    {
        if (step < 0 || step >= Steps.Count || Steps[step].Contains(answer))
        {
            return this;
        }

        var other = Steps[step][0];
        var left = Remove(answer);
        var at = left.StepOf(other)!.Value;
        return new([.. left.Steps.Take(at), [.. left.Steps[at].Append(answer).Order()], .. left.Steps.Skip(at + 1)]);
    }

    /// <summary>The answer is not ranked any more.</summary>
    /// <param name="answer">The answer.</param>
    public RankingLadder Remove(int answer) =>
        new([.. Steps.Select(step => (IReadOnlyList<int>)[.. step.Where(other => other != answer)]).Where(step => step.Count > 0)]);

    /// <summary>The answer moves half a step up: out of a tie to a step of its own above it, else past the step above. One that is not ranked goes to the end.</summary>
    /// <param name="answer">The answer.</param>
    public RankingLadder Raise(int answer) =>
        StepOf(answer) is not { } step ? Insert(answer, Steps.Count)
        : Steps[step].Count > 1 ? Insert(answer, step)
        : step > 0 ? Insert(answer, step - 1)
        : this;

    /// <summary>The answer moves half a step down: out of a tie to a step of its own below it, else past the step below. One that is not ranked goes to the end.</summary>
    /// <param name="answer">The answer.</param>
    public RankingLadder Lower(int answer) =>
        StepOf(answer) is not { } step ? Insert(answer, Steps.Count)
        : Steps[step].Count > 1 ? Insert(answer, step + 1)
        : step < Steps.Count - 1 ? Insert(answer, step + 2)
        : this;

    /// <summary>The answer ties with those just above it; one that is not ranked, with the last ones; the first one stays.</summary>
    /// <param name="answer">The answer.</param>
    public RankingLadder Tie(int answer) =>
        StepOf(answer) is { } step ? Join(answer, step - 1)
        : Steps.Count > 0 ? Join(answer, Steps.Count - 1)
        : Insert(answer, 0);

    /// <summary>Whether two ladders have the same steps.</summary>
    public bool Equals(RankingLadder? other) =>
        other is not null && Steps.Count == other.Steps.Count && Steps.Zip(other.Steps).All(pair => pair.First.SequenceEqual(pair.Second));

    /// <inheritdoc/>
    public override int GetHashCode() => Steps.Aggregate(0, (hash, step) => step.Aggregate(HashCode.Combine(hash, -1), HashCode.Combine));
}
