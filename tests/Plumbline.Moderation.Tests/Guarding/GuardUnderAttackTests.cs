using Plumbline.Constitutions;
using Plumbline.Evaluation.Attacks;
using Plumbline.Findings;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.PersonalData;
using Plumbline.Moderation.Tests.Canonicalization;
using Plumbline.Moderation.TextModels;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Guarding;

/// <summary>What the guard finds in real requests it finds however they are written.</summary>
public sealed class GuardUnderAttackTests(ITestOutputHelper output)
{
    private const int Requests = 120;
    private const double Kept = 0.95;

    private static readonly Guard Guard = new(
        new GuardParts
        {
            Constitution = ConstitutionFile.Read("general"),
            Detectors = [new TextModelDetector(TextModel.Default), new PersonalDataDetector(new PersonalDataScanner())],
        }
    );

    [Fact]
    public async Task Every_attack_on_English_requests_leaves_nearly_all_of_what_is_found_plain()
    {
        // Requests that the text model learnt nothing from.
        var requests = RealTexts.MultilingualRequests("en").Order(StringComparer.Ordinal).ToArray();
        new Seed(17).Source().Shuffle<string>(requests);
        var sample = new List<(string Text, bool Found)>();
        foreach (var request in requests.Take(Requests))
        {
            sample.Add((request, await IsFoundAsync(request)));
        }

        // Half of the requests at least, or the shares below would say nothing.
        Assert.InRange(sample.Count(one => one.Found), Requests / 2, Requests);
        var failed = new List<string>();
        foreach (var attack in TextAttacks.All)
        {
            var covered = sample.Where(one => attack.Covers(one.Text)).ToList();
            var found = 0;
            foreach (var (text, index) in covered.Select((one, index) => (one.Text, index)))
            {
                found += await IsFoundAsync(attack.Apply(text, new Seed(17).Derive(attack.Name, index).Source())) ? 1 : 0;
            }

            var plain = covered.Count(one => one.Found);
            output.WriteLine($"{attack.Name}: {found} of {plain} in {covered.Count}");
            if (found < Kept * plain)
            {
                failed.Add($"{attack.Name}: {found} of {plain}");
            }
        }

        Assert.Empty(failed);
    }

    // A clause is broken; that a text is in no known language, or hides too much, is nothing found.
    private static async Task<bool> IsFoundAsync(string text)
    {
        var decision = await Guard.CheckAsync(new GuardRequest { Part = GuardedPart.Prompt, Text = text }, CancellationToken.None);
        return decision.Verdicts.Any(verdict => verdict.Outcome > GuardOutcome.Allow && !OwnRules.Contains(verdict.Clause));
    }
}
