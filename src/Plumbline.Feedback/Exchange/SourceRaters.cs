namespace Plumbline.Feedback.Exchange;

/// <summary>What raters of another tool are called here: after the tool, so that none is taken for an account, and never by their e-mail.</summary>
/// <param name="source">The tool's word.</param>
/// <param name="pseudonym">Makes a pseudonym of an address (<see cref="IFeedbackStore.HashRater"/>).</param>
internal sealed class SourceRaters(string source, Func<string, string> pseudonym)
{
    /// <summary>The rater of an id; the tool itself where there is none.</summary>
    public string Of(string? id) =>
        string.IsNullOrWhiteSpace(id) || id == "None" ? source
        : id.Contains('@', StringComparison.Ordinal) ? $"{source}:{pseudonym(id.Trim().ToLowerInvariant())}"
        : $"{source}:{id}";
}
