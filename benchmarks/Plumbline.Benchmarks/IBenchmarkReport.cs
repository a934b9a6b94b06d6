namespace Plumbline.Benchmarks;

/// <summary>What a benchmark found.</summary>
internal interface IBenchmarkReport
{
    /// <summary>Whether what must hold held; speed never must.</summary>
    bool Passed => true;

    /// <summary>For machines.</summary>
    string ToJson();

    /// <summary>For a terminal.</summary>
    string ToText();

    /// <summary>For documentation.</summary>
    string ToMarkdown() => $"```{Environment.NewLine}{ToText()}{Environment.NewLine}```";
}
