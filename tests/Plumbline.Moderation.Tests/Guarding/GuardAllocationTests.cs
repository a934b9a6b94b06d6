using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.PersonalData;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Moderation.Tests.Guarding;

public sealed class GuardAllocationTests
{
    private const int Budget = 32 << 10;

    [Fact]
    public async Task A_request_of_1_kB_stays_within_its_budget()
    {
        var guard = new Guard(
            new GuardParts
            {
                Constitution = ConstitutionFile.Read("general"),
                Detectors = [new TextModelDetector(TextModel.Default), new PersonalDataDetector(new PersonalDataScanner())],
            }
        );
        var text = string.Concat(
            Enumerable.Repeat("The weather was fine and we went for a long walk along the river with our friends. ", 12)
        );
        var request = new GuardRequest { Part = GuardedPart.Prompt, Text = text };
        await guard.CheckAsync(request, TestContext.Current.CancellationToken);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var pending = guard.CheckAsync(request, TestContext.Current.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(pending.IsCompletedSuccessfully);
        Assert.InRange(allocated, 0, Budget);
    }
}
