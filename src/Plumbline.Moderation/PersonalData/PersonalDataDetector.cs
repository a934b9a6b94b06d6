using System.Security.Cryptography;
using System.Text;
using Plumbline.Findings;

namespace Plumbline.Moderation.PersonalData;

/// <summary>The guard's detector of personal data and secrets: <c>pii</c>, hazard S7. Thread-safe.</summary>
/// <param name="scanner">Finds them.</param>
public sealed class PersonalDataDetector(PersonalDataScanner scanner) : IDetector
{
    private const string PrivacyHazard = "S7";

    // One list a thread, so that a text without findings costs no allocation.
    [ThreadStatic]
    private static List<PersonalDataMatch>? matches;

    /// <inheritdoc/>
    public string Name => "pii";

    /// <inheritdoc/>
    public string Version { get; } = VersionOf(scanner.Options);

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Cheap;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Text;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards { get; } = [PrivacyHazard];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = matches ??= [];
        found.Clear();
        scanner.Scan(input.Text, found);
        if (found.Count == 0)
        {
            return new ValueTask<IReadOnlyList<Finding>>([]);
        }

        var findings = new Finding[found.Count];
        for (var i = 0; i < findings.Length; i++)
        {
            findings[i] = Of(found[i]);
        }

        return new ValueTask<IReadOnlyList<Finding>>(findings);
    }

    // Options decide what is found, so they are part of the version.
    private static string VersionOf(PersonalDataOptions options)
    {
        var text = $"{List(options.Kinds)}|{List(options.Countries)}|{List(options.PhoneRegions)}|{options.LeastConfidence:R}";
        return $"{PersonalDataRegistry.Version}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12]}";
    }

    private static string List(IReadOnlyList<string>? values) => values is null ? "all" : string.Join(',', values);

    private static Finding Of(PersonalDataMatch match) =>
        new()
        {
            Hazard = PrivacyHazard,
            IsExact = true,
            Score = match.Confidence,
            Kind = match.Kind == PersonalDataKinds.NationalId ? $"{match.Kind}/{match.Country}" : match.Kind,
            Span = match.Span,
            Evidence = $"{match.Rule.Title}, {match.Span.Length} characters",
        };
}
