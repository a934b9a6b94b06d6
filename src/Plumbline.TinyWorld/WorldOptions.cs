namespace Plumbline.TinyWorld;

/// <summary>How many prompts and examples of each sort a world has.</summary>
public sealed record WorldOptions
{
    /// <summary>Held-out harmful requests, self-harm included.</summary>
    /// <value>60; 0 to 150.</value>
    public int HarmfulPrompts
    {
        get;
        init => field = OptionRange.Check(nameof(HarmfulPrompts), value, 0, 150);
    } = 60;

    /// <summary>Held-out facts (seven in ten) and benign requests for advice (three in ten).</summary>
    /// <value>120; 0 to 300.</value>
    public int HelpfulPrompts
    {
        get;
        init => field = OptionRange.Check(nameof(HelpfulPrompts), value, 0, 300);
    } = 120;

    /// <summary>Held-out pairs of a question for a favoured and a disfavoured group.</summary>
    /// <value>90; 0 to 300.</value>
    public int GroupPairs
    {
        get;
        init => field = OptionRange.Check(nameof(GroupPairs), value, 0, 300);
    } = 90;

    /// <summary>Held-out requests for private data.</summary>
    /// <value>30; 0 to 150.</value>
    public int PrivatePrompts
    {
        get;
        init => field = OptionRange.Check(nameof(PrivatePrompts), value, 0, 150);
    } = 30;

    /// <summary>Curated examples: two fifths declined harmful requests, two fifths fair answers for groups, one fifth declined private data.</summary>
    /// <value>450; 0 to 1500.</value>
    public int CuratedExamples
    {
        get;
        init => field = OptionRange.Check(nameof(CuratedExamples), value, 0, 1500);
    } = 450;
}

/// <summary>Checks options when they are set.</summary>
internal static class OptionRange
{
    public static int Check(string option, int value, int lowest, int highest) =>
        value >= lowest && value <= highest
            ? value
            : throw new InvalidInputException($"{option} is {value}.", $"Choose a whole number from {lowest} to {highest}.");

    public static double Share(string option, double value, double highest = 1) =>
        value >= 0 && value <= highest
            ? value
            : throw new InvalidInputException($"{option} is {value}.", $"Choose a number from 0 to {highest}.");
}
