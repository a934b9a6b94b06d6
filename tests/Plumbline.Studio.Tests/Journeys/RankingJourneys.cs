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

    [Fact]
    public async Task Pictures_are_ranked_by_dragging_and_zoomed_together()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, request) = await studio.SeedPicturesAsync(4);
        var anna = await studio.AddAsync("anna", project);
        var page = await chromium.OpenAsync();
        await page.SignInAsync(await studio.LinkAsync(anna));
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await page.WaitForURLAsync("**/tasks/*");

        await DragAsync(page, 1, page.Locator(".steps"), 0.5);
        await DragAsync(page, 0, page.Locator(".steps li").First, 0.1);
        await DragAsync(page, 3, page.Locator(".steps li").Last, 0.5);
        await DragAsync(page, 2, page.Locator(".steps"), 0.95);
        await Assertions.Expect(page.Locator(".steps li")).ToHaveTextAsync(["1A", "2BDtied", "4C"]);

        await page.Locator("#zoom-4").CheckAsync();
        await page.Locator("[data-frame]").First.EvaluateAsync("frame => frame.scrollTo(300, 200)");
        await page.WaitForFunctionAsync("[...document.querySelectorAll('[data-frame]')].every(frame => frame.scrollLeft === 300)");
        await page.KeepPictureAsync("studio-pictures");
        await page.Locator("#submit").ClickAsync();
        await page.WaitForURLAsync("**/?done=nothing_left");

        var stored = Assert.Single((await studio.Stores.Rankings.FindRequestAsync(request))!.Rankings).Ranking;
        Assert.Equal([1, 2, 4, 2], Enumerable.Range(0, 4).Select(place => stored.Ranks![stored.Shown![place]]));
    }

    [Fact]
    public async Task Without_a_script_the_same_buttons_rank_tie_undo_and_submit()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync(task: asked => asked with { Answers = [.. asked.Answers.Take(3)] });
        var anna = await studio.AddAsync("anna", project);
        var page = await chromium.OpenAsync(width: 390, height: 844, script: false);
        await page.SignInAsync(await studio.LinkAsync(anna));
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();

        await page.Locator("#end-B").ClickAsync();
        await page.Locator("#end-A").ClickAsync();
        await page.Locator("#tie-C").ClickAsync();
        await page.Locator("#undo").ClickAsync();
        await page.ReloadAsync();
        await page.Locator("#redo").ClickAsync();
        await page.Locator("#comment").FillAsync("B is right");
        await page.AssertFitsAsync();
        await page.KeepPictureAsync("studio-rank-phone");
        await page.Locator("#submit").ClickAsync();
        await page.WaitForURLAsync($"**/tasks/{requests[1]}*");

        var stored = Assert.Single((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings).Ranking;
        Assert.Equal([2, 1, 2], Enumerable.Range(0, 3).Select(place => stored.Ranks![stored.Shown![place]]));
        Assert.Equal("B is right", stored.Comment);
    }

    [Fact]
    public async Task What_may_harm_is_covered_until_somebody_asks_and_a_finger_ranks_it()
    {
        await using var studio = await StudioUnderTest.StartAsync();
        var (project, requests) = await studio.SeedAsync(tasks: 1, task: asked => asked with { Harms = ["violence"] });
        var anna = await studio.AddAsync("anna", project);
        var page = await chromium.OpenAsync(width: 390, height: 844, touch: true);
        await page.SignInAsync(await studio.LinkAsync(anna));
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).TapAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("nothing to judge for you");

        await page.GotoAsync(new Uri(studio.Address, "/account").AbsoluteUri);
        await page.GetByLabel("violence").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).TapAsync();
        await Assertions.Expect(page.Locator(".done")).ToHaveTextAsync("Saved.");
        await page.GotoAsync(studio.Address.AbsoluteUri);
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).TapAsync();
        await page.WaitForURLAsync("**/tasks/*");
        Assert.DoesNotContain("basil", await page.ContentAsync());
        await page.KeepPictureAsync("studio-covered-phone");
        await page.Locator("#uncover").TapAsync();
        await Assertions.Expect(page.Locator(".answer")).ToHaveCountAsync(4);
        foreach (var letter in "CABD")
        {
            await page.Locator($"#end-{letter}").TapAsync();
            await Assertions.Expect(page.Locator("#said")).ToContainTextAsync($"Answer {letter} is on place");
        }

        await page.Locator("#submit").TapAsync();
        await page.WaitForURLAsync("**/?done=nothing_left");
        Assert.Single((await studio.Stores.Rankings.FindRequestAsync(requests[0]))!.Rankings);
    }

    private static async Task DragAsync(IPage page, int place, ILocator target, double along)
    {
        var chip = page.Locator($".ladder [data-chip='{place}']");
        await chip.ScrollIntoViewIfNeededAsync();
        var from = (await chip.BoundingBoxAsync())!;
        var to = (await target.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + (from.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X + (float)(to.Width * along), to.Y + (to.Height / 2), new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(page.Locator($".steps [data-chip='{place}']")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync($"Answer {(char)('A' + place)}");
    }
}
