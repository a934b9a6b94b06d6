namespace Plumbline.Evaluation.Statistics;

/// <summary>What the numbers that raters give mean (Stevens 1946), and with it how far two of them differ.</summary>
public enum MeasurementLevel
{
    /// <summary>Names: two values are the same or not.</summary>
    Nominal,

    /// <summary>Places in an order: what counts is which is higher, and how many values lie between.</summary>
    Ordinal,

    /// <summary>Numbers whose differences mean something, such as degrees.</summary>
    Interval,

    /// <summary>Numbers from 0 whose ratios mean something, such as counts.</summary>
    Ratio,
}
