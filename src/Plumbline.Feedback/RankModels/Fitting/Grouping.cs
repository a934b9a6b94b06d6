namespace Plumbline.Feedback.RankModels.Fitting;

/// <summary>Divides items into groups whose strengths can be measured against each other.</summary>
/// <param name="GroupOf">The group of each item.</param>
/// <param name="Groups">The groups, in the order of their lowest items.</param>
internal sealed record Grouping(int[] GroupOf, IReadOnlyList<ItemGroup> Groups)
{
    /// <summary>The groups of items that were seen above one another.</summary>
    /// <param name="items">How many items there are.</param>
    /// <param name="wins">Who was seen above whom.</param>
    /// <param name="isOneWayEnough">Whether one win connects, as it does with a prior; else it takes chains of wins both ways.</param>
    public static Grouping Of(int items, IReadOnlyList<(int Above, int Below)> wins, bool isOneWayEnough)
    {
        IReadOnlyList<(int, int)> links = isOneWayEnough ? [.. wins, .. wins.Select(win => (win.Below, win.Above))] : wins;
        var found = StrongComponents(items, links);

        // Numbered by their lowest items, so that numbers do not depend on the order of the data.
        var (groupOf, numbers, members) = (new int[items], new Dictionary<int, int>(), new List<List<int>>());
        for (var item = 0; item < items; item++)
        {
            if (numbers.TryAdd(found[item], members.Count))
            {
                members.Add([]);
            }

            groupOf[item] = numbers[found[item]];
            members[groupOf[item]].Add(item);
        }

        var (loses, beats) = (new bool[members.Count], new bool[members.Count]);
        foreach (var (above, below) in wins)
        {
            if (groupOf[above] != groupOf[below])
            {
                beats[groupOf[above]] = true;
                loses[groupOf[below]] = true;
            }
        }

        return new Grouping(groupOf, [.. members.Select((list, at) => new ItemGroup(list, Standing(beats[at], loses[at])))]);
    }

    private static GroupStanding Standing(bool beats, bool loses) =>
        (beats, loses) switch
        {
            (true, true) => GroupStanding.Between,
            (true, false) => GroupStanding.Undefeated,
            (false, true) => GroupStanding.Winless,
            _ => GroupStanding.Unconnected,
        };

    // Tarjan 1972, with a stack of our own: chains of wins can be as long as there are items.
    private static int[] StrongComponents(int items, IReadOnlyList<(int From, int To)> links)
    {
        var (starts, targets) = Adjacency(items, links);
        var (index, low, component) = (new int[items], new int[items], new int[items]);
        Array.Fill(component, -1);
        var (next, open, path, place) = (1, new Stack<int>(), new Stack<int>(), starts.ToArray());
        for (var root = 0; root < items; root++)
        {
            if (index[root] == 0)
            {
                Enter(root);
            }

            while (path.Count > 0)
            {
                var item = path.Peek();
                if (place[item] < starts[item + 1])
                {
                    var target = targets[place[item]++];
                    if (index[target] == 0)
                    {
                        Enter(target);
                    }
                    else if (component[target] < 0)
                    {
                        low[item] = Math.Min(low[item], index[target]);
                    }

                    continue;
                }

                Leave(path.Pop());
            }
        }

        return component;

        void Enter(int item)
        {
            index[item] = low[item] = next++;
            open.Push(item);
            path.Push(item);
        }

        void Leave(int item)
        {
            if (low[item] == index[item])
            {
                for (var member = -1; member != item; )
                {
                    member = open.Pop();
                    component[member] = item;
                }
            }

            if (path.Count > 0)
            {
                low[path.Peek()] = Math.Min(low[path.Peek()], low[item]);
            }
        }
    }

    private static (int[] Starts, int[] Targets) Adjacency(int items, IReadOnlyList<(int From, int To)> links)
    {
        var (starts, targets) = (new int[items + 1], new int[links.Count]);
        foreach (var (from, _) in links)
        {
            starts[from + 1]++;
        }

        for (var item = 0; item < items; item++)
        {
            starts[item + 1] += starts[item];
        }

        var place = starts.ToArray();
        foreach (var (from, to) in links)
        {
            targets[place[from]++] = to;
        }

        return (starts, targets);
    }
}
