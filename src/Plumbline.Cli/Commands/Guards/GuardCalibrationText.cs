using System.Text.Json;
using Plumbline.Moderation.Calibration;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What calibration found, for terminals and machines.</summary>
internal static class GuardCalibrationText
{
    private static readonly JsonSerializerOptions Layout = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal static void Write(TextWriter output, GuardCalibration calibration, string path, bool json)
    {
        if (json)
        {
            // The scores that traffic is compared with stand in the file.
            var shown = calibration with
            {
                Thresholds = [.. calibration.Thresholds.Select(one => one with { Reference = [] })],
            };
            output.WriteLine(JsonSerializer.Serialize(shown, Layout));
            return;
        }

        output.WriteLine(
            FormattableString.Invariant(
                $"{path}: at most {calibration.MissRate:P1} of what breaks a clause is missed, on average; ceilings hold with {calibration.Confidence:P0}."
            )
        );
        foreach (var one in calibration.Thresholds)
        {
            var stopped = one.OverBlocks is { } share ? FormattableString.Invariant($"{share:P1}") : "-";
            output.WriteLine(
                FormattableString.Invariant(
                    $"  {one.Detector, -12} {one.Hazard, -4} {one.Language, -8} from {one.Threshold:F3} on: missed at most {one.MissCeiling:P1} ({one.Harmful} texts), stopped of harmless ones {stopped}, at most {one.OverBlockCeiling:P1} ({one.Harmless} texts)"
                )
            );
        }
    }
}
