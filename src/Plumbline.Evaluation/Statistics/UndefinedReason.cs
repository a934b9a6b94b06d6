namespace Plumbline.Evaluation.Statistics;

/// <summary>Why a figure of agreement is not defined.</summary>
public enum UndefinedReason
{
    /// <summary>No unit was judged twice.</summary>
    NothingShared,

    /// <summary>All values that could be compared are the same, so chance would agree as well.</summary>
    Unanimous,

    /// <summary>Units have different numbers of values, and the figure needs the same number of each.</summary>
    UnequalCounts,

    /// <summary>There are values below 0, which have no ratio.</summary>
    NegativeValues,

    /// <summary>There are too many different values to compare each with each.</summary>
    TooManyValues,

    /// <summary>Pairs of raters share too many values to be counted pair by pair.</summary>
    TooManyPairs,

    /// <summary>No pair of raters shares enough units.</summary>
    TooFewShared,

    /// <summary>Rankings tie everything, so there is no order to compare.</summary>
    OnlyTies,
}

/// <summary>What the reasons say.</summary>
public static class UndefinedReasons
{
    /// <summary>An English sentence for people.</summary>
    public static string Describe(this UndefinedReason reason) =>
        reason switch
        {
            UndefinedReason.NothingShared => "No unit was judged by two raters.",
            UndefinedReason.Unanimous => "All values are the same, so agreement by chance would be full too.",
            UndefinedReason.UnequalCounts => "Units have different numbers of judgements.",
            UndefinedReason.NegativeValues => "Some values are below 0 and have no ratio.",
            UndefinedReason.TooManyValues => $"There are more than {KrippendorffAlpha.MostRatioValues} different values; round them.",
            UndefinedReason.TooManyPairs => "Raters share too many units to compare them pair by pair.",
            UndefinedReason.TooFewShared => "No two raters share enough units.",
            UndefinedReason.OnlyTies => "The rankings tie all answers.",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason."),
        };
}
