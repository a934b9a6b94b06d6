using Microsoft.Playwright;
using Plumbline.Studio.Tests.Support;

namespace Plumbline.Studio.Tests.Journeys;

public sealed class RankingJourneys(Chromium chromium)
{
    [Fact]
    public async Task Answers_are_ranked_by_the_keyboard_alone_and_undone_after_a_reload()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync();
        var anna = await studio.AddAsync("anna", project);
        var page = await chromium.OpenAsync();
        await page.SignInAsync(await studio.LinkAsync(anna));

        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).PressAsync("Enter");
        await page.WaitForURLAsync("**/tasks/*");
        foreach (var key in new[] { "3", "1", "2", "4" })
        {
            await page.Locator("body").PressAsync(key);
            await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("is on place");
        }

        await Assertions.Expect(page.Locator("#answer-D")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("=");
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("Answer D shares place 3.");
        await page.ReloadAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("Undone.");
        await Assertions.Expect(page.Locator(".steps li")).ToHaveCountAsync(4);
        await page.Keyboard.PressAsync("Control+y");
        await Assertions.Expect(page.Locator(".steps li")).ToHaveCountAsync(3);
        await page.KeepPictureAsync("studio-rank");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForURLAsync($"**/tasks/{requests[1]}*");

        var stored = Assert.Single((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings).Ranking;
        Assert.Equal([2, 3, 1, 3], Enumerable.Range(0, 4).Select(place => stored.Ranks![stored.Shown![place]]));
        Assert.True(stored.Seconds > 0);
        Assert.False(await page.EvaluateAsync<bool>("window.broken === true"));
    }
}
