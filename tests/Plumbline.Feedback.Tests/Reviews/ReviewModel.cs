using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Tests.Reviews;

/// <summary>The state machine of review cases as docs/reviews.md states it, in memory and for one caller at a time.</summary>
internal sealed class ReviewModel
{
    public sealed class Item
    {
        public required string Decision { get; init; }
        public required double Priority { get; init; }
        public required int Wanted { get; set; }
        public ReviewState State { get; set; }
        public int Instance { get; set; } = 1;
        public List<int> Votes { get; } = [];
        public HashSet<string> Judges { get; } = [];
        public string? Holder { get; set; }
        public DateTimeOffset Until { get; set; }
        public DateTimeOffset Decided { get; set; }
        public bool IsErased { get; set; }
    }

    public List<Item> Items { get; } = [];

    /// <summary>The decisions in their order, each with what was said: the variant of the judgement.</summary>
    public List<(string Decision, int Variant)> Results { get; } = [];

    public DateTimeOffset Now { get; set; }

    public bool Open(string decision, double priority, int reviewers)
    {
        if (Items.Find(item => item.Decision == decision) is { } known)
        {
            return (known.Priority, FirstWanted[decision]) == (priority, reviewers);
        }

        FirstWanted[decision] = reviewers;
        Items.Add(
            new Item
            {
                Decision = decision,
                Priority = priority,
                Wanted = reviewers,
            }
        );
        return true;
    }

    public string? Take(string reviewer, ReviewRole role, TimeSpan lease)
    {
        var state = role == ReviewRole.Reviewer ? ReviewState.Open : ReviewState.Disputed;
        var item =
            Items.Find(item => item.State == state && IsHeld(item, reviewer))
            ?? Items
                .Where(item => item.State == state && (item.Holder is null || item.Until <= Now) && !item.Judges.Contains(reviewer))
                .OrderByDescending(item => item.Priority)
                .FirstOrDefault();
        if (item is not null)
        {
            item.Until = IsHeld(item, reviewer) && item.Until > Now + lease ? item.Until : Now + lease;
            item.Holder = reviewer;
        }

        return item?.Decision;
    }

    public bool Renew(Item item, string reviewer, TimeSpan lease)
    {
        if (!IsHeld(item, reviewer))
        {
            return false;
        }

        item.Until = item.Until > Now + lease ? item.Until : Now + lease;
        return true;
    }

    public void Return(Item item, string reviewer)
    {
        if (IsHeld(item, reviewer))
        {
            item.Holder = null;
        }
    }

    /// <summary>Judges; a judge who said the same before is heard again.</summary>
    public bool Decide(Item item, string reviewer, int variant)
    {
        if (item.Judges.Contains(reviewer))
        {
            return said[(item, reviewer)] == variant;
        }

        if (!IsHeld(item, reviewer))
        {
            return false;
        }

        said[(item, reviewer)] = variant;
        item.Judges.Add(reviewer);
        item.Holder = null;
        var isAdjudicated = item.State == ReviewState.Disputed;
        if (!isAdjudicated)
        {
            item.Votes.Add(variant);
        }

        var isComplete = item.Votes.Count == item.Wanted;
        if (isAdjudicated || (isComplete && item.Votes.Distinct().Count() == 1))
        {
            (item.State, item.Decided) = (ReviewState.Decided, Now);
            Results.Add((item.Decision, variant));
        }
        else if (isComplete)
        {
            item.State = ReviewState.Disputed;
        }

        return true;
    }

    public bool Appeal(Item item, int reviewers)
    {
        if (item.Instance == 2)
        {
            return item.Wanted == reviewers;
        }

        if (item.State != ReviewState.Decided || item.IsErased)
        {
            return false;
        }

        (item.State, item.Instance, item.Wanted) = (ReviewState.Open, 2, reviewers);
        item.Votes.Clear();
        return true;
    }

    public int Erase(DateTimeOffset before)
    {
        var due = Items.Where(item => item.State == ReviewState.Decided && !item.IsErased && item.Decided < before).ToArray();
        Array.ForEach(due, item => item.IsErased = true);
        return due.Length;
    }

    private readonly Dictionary<(Item, string), int> said = [];

    private Dictionary<string, int> FirstWanted { get; } = [];

    private bool IsHeld(Item item, string reviewer) => item.Holder == reviewer && item.Until > Now;
}
