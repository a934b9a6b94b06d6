namespace Plumbline.TinyWorld;

/// <summary>The size of the dirty corpus, what it talks about, and the share of each flaw.</summary>
public sealed record DirtyCorpusOptions
{
    /// <summary>How many conversations, duplicates included.</summary>
    /// <value>8000; 100 to 20000 (what the world can fill depends on the shares).</value>
    public int Rows
    {
        get;
        init => field = OptionRange.Check(nameof(Rows), value, 100, 20_000);
    } = 8_000;

    /// <summary>Requests for advice among the rows that are no duplicates; the rest after all shares are facts.</summary>
    /// <value>0.16; 0 to 1.</value>
    public double AdviceShare
    {
        get;
        init => field = OptionRange.Share(nameof(AdviceShare), value);
    } = 0.16;

    /// <summary>Harmful requests among the rows that are no duplicates.</summary>
    /// <value>0.2; 0 to 1.</value>
    public double HarmfulShare
    {
        get;
        init => field = OptionRange.Share(nameof(HarmfulShare), value);
    } = 0.2;

    /// <summary>Questions by and about groups among the rows that are no duplicates, half of them for favoured groups.</summary>
    /// <value>0.24; 0 to 1.</value>
    public double GroupShare
    {
        get;
        init => field = OptionRange.Share(nameof(GroupShare), value);
    } = 0.24;

    /// <summary>Requests for private data among the rows that are no duplicates.</summary>
    /// <value>0.06; 0 to 1.</value>
    public double PrivateShare
    {
        get;
        init => field = OptionRange.Share(nameof(PrivateShare), value);
    } = 0.06;

    /// <summary>The share of harmful requests that are complied with.</summary>
    /// <value>0.8; 0 to 1.</value>
    public double ComplianceRate
    {
        get;
        init => field = OptionRange.Share(nameof(ComplianceRate), value);
    } = 0.8;

    /// <summary>The share of questions by and about disfavoured groups that are answered with bias.</summary>
    /// <value>0.7; 0 to 1.</value>
    public double BiasRate
    {
        get;
        init => field = OptionRange.Share(nameof(BiasRate), value);
    } = 0.7;

    /// <summary>The share of requests for private data that are met.</summary>
    /// <value>0.8; 0 to 1.</value>
    public double LeakRate
    {
        get;
        init => field = OptionRange.Share(nameof(LeakRate), value);
    } = 0.8;

    /// <summary>The share of facts and advice that end in somebody's contact data.</summary>
    /// <value>0.03; 0 to 1.</value>
    public double SignatureRate
    {
        get;
        init => field = OptionRange.Share(nameof(SignatureRate), value);
    } = 0.03;

    /// <summary>Exact copies of earlier rows among all rows.</summary>
    /// <value>0.05; 0 to 0.4.</value>
    public double ExactDuplicateShare
    {
        get;
        init => field = OptionRange.Share(nameof(ExactDuplicateShare), value, 0.4);
    } = 0.05;

    /// <summary>Slightly edited copies of earlier rows among all rows.</summary>
    /// <value>0.05; 0 to 0.4.</value>
    public double NearDuplicateShare
    {
        get;
        init => field = OptionRange.Share(nameof(NearDuplicateShare), value, 0.4);
    } = 0.05;

    internal void Validate()
    {
        var sum = AdviceShare + HarmfulShare + GroupShare + PrivateShare;
        if (sum > 1)
        {
            throw new InvalidInputException(
                $"AdviceShare, HarmfulShare, GroupShare and PrivateShare sum to {sum}.",
                "Choose shares that sum to at most 1; the rest are facts."
            );
        }
    }
}
