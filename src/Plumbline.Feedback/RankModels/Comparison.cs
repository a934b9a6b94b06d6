namespace Plumbline.Feedback.RankModels;

/// <summary>What votes said about two items.</summary>
/// <param name="First">The number of an item, from 0.</param>
/// <param name="Second">The number of another item.</param>
/// <param name="Outcome">1 where the first won, 0 where the second did, 0.5 for a tie; a number between is a share of a win.</param>
/// <param name="Count">How many votes said so, at least 1.</param>
public readonly record struct Comparison(int First, int Second, double Outcome, int Count = 1)
{
    internal void Check(int items)
    {
        if (First < 0 || First >= items || Second < 0 || Second >= items || First == Second)
        {
            throw new ArgumentException($"A comparison of {First} with {Second}: two different numbers from 0 to {items - 1} are needed.");
        }

        if (Outcome is not (>= 0 and <= 1) || Count < 1)
        {
            throw new ArgumentException($"An outcome of {Outcome}, {Count} times: it lies between 0 and 1 and has happened at least once.");
        }
    }
}
