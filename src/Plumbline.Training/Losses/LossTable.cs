using System.Text;
using Plumbline.Training.Policies;
using Plumbline.Training.Policies.Advantages;
using Plumbline.Training.Preferences;
using Plumbline.Training.Preferences.Unpaired;
using Plumbline.Training.Rewards;
using Plumbline.Training.Rewards.Process;

namespace Plumbline.Training.Losses;

/// <summary>One registered loss as a user sees it.</summary>
/// <param name="Kind">preference, unpaired, reward, process reward, policy or advantage.</param>
/// <param name="Name">Its name in options.</param>
/// <param name="Formula">The loss of one row.</param>
/// <param name="Paper">Where it comes from.</param>
/// <param name="Options">The options that it reads.</param>
/// <param name="Needs">What it needs or does beyond reading rows one by one.</param>
public sealed record LossDescription(
    string Kind,
    string Name,
    string Formula,
    string Paper,
    IReadOnlyList<string> Options,
    IReadOnlyList<string> Needs
);

/// <summary>All registered losses, and the tables of docs/losses.md that are made of them.</summary>
public static class LossTable
{
    private static readonly (string Kind, string Title)[] Kinds =
    [
        ("preference", "Losses of pairs"),
        ("unpaired", "Losses of answers judged each for itself"),
        ("reward", "Losses of reward and cost models"),
        ("process reward", "Losses of process reward models"),
        ("policy", "Losses of policies that learn from their own answers"),
        ("advantage", "Estimators of advantages"),
    ];

    /// <summary>All registered losses, those of a kind together, by name.</summary>
    public static IReadOnlyList<LossDescription> All =>
        [
            .. PreferenceLosses.All.Select(loss => Describe("preference", loss, Needs(loss.Declaration))),
            .. UnpairedLosses.All.Select(loss => Describe("unpaired", loss, Needs(loss.Declaration))),
            .. RewardLosses.All.Select(loss => Describe("reward", loss, Needs(loss.Declaration))),
            .. StepLosses.All.Select(loss => Describe("process reward", loss, ["judged steps"])),
            .. PolicyLosses.All.Select(loss => Describe("policy", loss, [])),
            .. AdvantageEstimators.All.Select(loss => Describe("advantage", loss, Needs(loss.Declaration))),
        ];

    /// <summary>What people call the losses of a kind.</summary>
    /// <param name="kind">A <see cref="LossDescription.Kind"/>.</param>
    public static string Title(string kind) => Kinds.Single(known => known.Kind == kind).Title;

    /// <summary>The tables in Markdown.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        foreach (var (kind, title) in Kinds)
        {
            text.Append($"## {title}\n\n| name | formula | source | needs | options |\n|---|---|---|---|---|\n");
            foreach (var loss in All.Where(loss => loss.Kind == kind))
            {
                var options = string.Join(", ", loss.Options.Select(option => $"`{option}`"));
                text.Append(
                    $"| `{loss.Name}` | {Cell(loss.Formula)} | {Cell(loss.Paper)} | {Cell(string.Join(", ", loss.Needs))} | {options} |\n"
                );
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static LossDescription Describe<TAttribute, TInput, TOptions>(
        string kind,
        RegisteredLoss<TAttribute, TInput, TOptions> loss,
        IEnumerable<string> needs
    )
        where TAttribute : LossAttribute
        where TOptions : notnull, new() =>
        new(kind, loss.Name, loss.Declaration.Formula, loss.Declaration.Paper, [.. loss.OptionNames], [.. needs]);

    private static IEnumerable<string> Needs(PreferenceLossAttribute loss)
    {
        if (loss.NeedsReference)
        {
            yield return "reference";
        }

        if (loss.WholeBatch)
        {
            yield return "whole batch";
        }

        if (loss.NeedsGold)
        {
            yield return "gold answers";
        }

        if (loss.SftWeight > 0)
        {
            yield return FormattableString.Invariant($"sft: {loss.SftWeight}");
        }
    }

    private static IEnumerable<string> Needs(UnpairedLossAttribute loss)
    {
        yield return "reference";
        if (loss.NeedsKl)
        {
            yield return "KL estimate";
        }

        if (loss.NeedsShift)
        {
            yield return "mean reward";
        }
    }

    private static IEnumerable<string> Needs(RewardLossAttribute loss)
    {
        yield return loss.TakesLists ? "ranked lists" : "pairs";
        if (loss.LearnsFromTies)
        {
            yield return "learns from ties";
        }

        if (loss.NeedsHarmSigns)
        {
            yield return "harm signs";
        }
    }

    private static IEnumerable<string> Needs(AdvantageAttribute estimator)
    {
        if (estimator.NeedsGroups)
        {
            yield return "two answers a prompt";
        }

        if (estimator.NeedsValues)
        {
            yield return "critic";
        }

        if (estimator.NeedsBaselines)
        {
            yield return "greedy answers";
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
