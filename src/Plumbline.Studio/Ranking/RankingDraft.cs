using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Feedback.Projects;

namespace Plumbline.Studio.Ranking;

/// <summary>
/// What somebody has said of a task so far, with everything that can be undone. Answers are numbered by the place at which they are shown, from 0. It lies in the store between any two moves, so a
/// page that is loaded anew goes on where it was, on another device too.
/// </summary>
public sealed record RankingDraft
{
    /// <summary>How many moves can be undone.</summary>
    public const int MostSteps = 100;

    private static readonly JsonSerializerOptions Layout = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>What can be undone and redone.</summary>
    public RankingState State { get; init; } = new();

    /// <summary>The states before, oldest first.</summary>
    public IReadOnlyList<RankingState> Past { get; init; } = [];

    /// <summary>The states that were undone, the next one first.</summary>
    public IReadOnlyList<RankingState> Future { get; init; } = [];

    /// <summary>What is written and ticked about each answer; none, or one for each.</summary>
    public IReadOnlyList<AnswerNotes> Notes { get; init; } = [];

    /// <summary>Ratings of messages: message, then what is rated.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<string, int>> Turns { get; init; } =
        new Dictionary<int, IReadOnlyDictionary<string, int>>();

    /// <summary>How much better the better one of two answers is.</summary>
    public int? Margin { get; init; }

    /// <summary>The remark about the whole.</summary>
    public string? Comment { get; init; }

    /// <summary>The criterion that moves are about; empty for overall.</summary>
    public string Criterion { get; init; } = string.Empty;

    /// <summary>The answer that the others are compared with; null for none.</summary>
    public int? ComparedWith { get; init; }

    /// <summary>Whether harmful content is shown.</summary>
    public bool IsUncovered { get; init; }

    /// <summary>Where the keyboard was, the id of an element.</summary>
    public string? Focus { get; init; }

    /// <summary>What has just happened, a text's key with its values.</summary>
    public IReadOnlyList<string> Said { get; init; } = [];

    /// <summary>The seconds of work so far, as the page measured them; 0 where it did not.</summary>
    public double Seconds { get; init; }

    /// <summary>Reads what was kept; a new draft where nothing was, or where it cannot be read any more.</summary>
    /// <param name="kept">The text; null for nothing.</param>
    /// <param name="answers">How many answers the task has.</param>
    public static RankingDraft Read(string? kept, int answers)
    {
        RankingDraft? draft = null;
        try
        {
            draft = kept is null ? null : JsonSerializer.Deserialize<RankingDraft>(kept, Layout);
        }
        catch (JsonException)
        {
            // A draft of another version: what was said is lost, and can be said again.
        }

        return (draft ?? new()) is { Notes.Count: var count } read && count == answers
            ? read
            : (draft ?? new()) with
            {
                Notes = [.. Enumerable.Range(0, answers).Select(_ => new AnswerNotes())],
            };
    }

    /// <summary>The text to keep.</summary>
    public string Write() => JsonSerializer.Serialize(this, Layout);

    /// <summary>Goes on to another state, which can be undone; nothing happens where it is the same.</summary>
    /// <param name="next">The state.</param>
    public RankingDraft Go(RankingState next) =>
        next == State ? this : this with { State = next, Past = [.. Past.Append(State).TakeLast(MostSteps)], Future = [] };

    /// <summary>The state before; nothing happens where there is none.</summary>
    public RankingDraft Undo() =>
        Past.Count == 0 ? this : this with { State = Past[^1], Past = [.. Past.SkipLast(1)], Future = [State, .. Future] };

    /// <summary>The state that was undone last; nothing happens where there is none.</summary>
    public RankingDraft Redo() =>
        Future.Count == 0 ? this : this with { State = Future[0], Past = [.. Past, State], Future = [.. Future.Skip(1)] };
}

/// <summary>The part of a draft that moves change.</summary>
public sealed record RankingState
{
    /// <summary>The ladder of each criterion; the empty id is the overall one.</summary>
    public IReadOnlyDictionary<string, RankingLadder> Ladders { get; init; } = new Dictionary<string, RankingLadder>();

    /// <summary>Whether all answers are bad.</summary>
    public bool AllBad { get; init; }

    /// <summary>The marked passages of each answer, by the answer's place.</summary>
    public IReadOnlyList<PlacedSpan> Spans { get; init; } = [];

    /// <summary>The ladder of a criterion.</summary>
    /// <param name="criterion">The criterion's id; empty for overall.</param>
    public RankingLadder Ladder(string criterion) => Ladders.GetValueOrDefault(criterion, RankingLadder.Empty);

    /// <summary>The same with another ladder.</summary>
    /// <param name="criterion">The criterion's id; empty for overall.</param>
    /// <param name="ladder">Its ladder.</param>
    public RankingState With(string criterion, RankingLadder ladder) =>
        this with
        {
            Ladders = new Dictionary<string, RankingLadder>(Ladders) { [criterion] = ladder },
        };

    /// <summary>Whether two states say the same.</summary>
    public bool Equals(RankingState? other) =>
        other is not null
        && AllBad == other.AllBad
        && Spans.SequenceEqual(other.Spans)
        && Ladders.Keys.Union(other.Ladders.Keys).All(criterion => Ladder(criterion) == other.Ladder(criterion));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(AllBad, Spans.Count, Ladder(string.Empty));
}

/// <summary>A marked passage of an answer.</summary>
/// <param name="Answer">The answer's place, from 0.</param>
/// <param name="Span">The passage.</param>
public sealed record PlacedSpan(int Answer, MarkedSpan Span);

/// <summary>What is written and ticked about an answer.</summary>
public sealed record AnswerNotes
{
    /// <summary>Ratings by the id of what is rated.</summary>
    public IReadOnlyDictionary<string, int> Ratings { get; init; } = new Dictionary<string, int>();

    /// <summary>The ids of the flags that hold.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>The critique.</summary>
    public string? Critique { get; init; }
}
