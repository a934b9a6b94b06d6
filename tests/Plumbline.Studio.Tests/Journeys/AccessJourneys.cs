using Microsoft.Playwright;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Tests.Support;

namespace Plumbline.Studio.Tests.Journeys;

public sealed class AccessJourneys(Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrator_sets_up_a_project_and_invites_somebody_who_joins_and_signs_in_again(bool script)
    {
        await using var studio = await StudioUnderTest.StartAsync(options => options with { Constitution = "general" });
        var link = new Uri(studio.Address, $"/welcome/{await StudioServer.SignInLinkAsync(studio.Stores, studio.Clock)}");
        var page = await chromium.OpenAsync(script: script);
        await page.SignInAsync(link);
        await page.GetByRole(AriaRole.Link, new() { Name = "New project" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "constitution" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Kind answers");
        await page.KeepPictureAsync("studio-project");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator(".done")).ToHaveTextAsync("Saved.");
        var project = Assert.Single(await studio.Stores.Projects.ReadProjectsAsync());
        Assert.NotNull(project.Settings.Constitution);
        Assert.NotEmpty(project.Settings.Criteria);

        await page.GetByRole(AriaRole.Link, new() { Name = "People" }).ClickAsync();
        await page.GetByLabel("For whom").FillAsync("Anna");
        await page.Locator("#invite-role").SelectOptionAsync("reviewer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).ClickAsync();
        var invitation = await page.GetByLabel("The invitation").InputValueAsync();
        await page.KeepPictureAsync("studio-people");

        var other = await chromium.OpenAsync(script: script);
        await other.GotoAsync(invitation);
        await Assertions.Expect(other.Locator("main")).ToContainTextAsync("reviewer");
        await other.GetByLabel("Choose a name").FillAsync("Anna");
        await other.GetByLabel("Choose a password").FillAsync("twelve little mice");
        await other.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await Assertions.Expect(other.Locator("h2")).ToHaveTextAsync("Kind answers");
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await other.GetByLabel("Name", new() { Exact = true }).FillAsync("anna");
        await other.GetByLabel("Password").FillAsync("wrong password");
        await other.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(other.Locator("#problem")).ToHaveTextAsync("Name or password is wrong.");
        await other.GetByLabel("Password").FillAsync("twelve little mice");
        await other.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(other.Locator("h2")).ToHaveTextAsync("Kind answers");

        var anna = (await studio.Stores.Accounts.FindByNameAsync("ANNA"))!;
        Assert.Equal([new(project.Id, anna.Id, ProjectRole.Reviewer)], await studio.Stores.Projects.ReadMembershipsAsync(anna.Id));
        await other.GotoAsync(invitation);
        await Assertions.Expect(other.Locator("main")).ToContainTextAsync("was used or is over");
        await page.GotoAsync(link.AbsoluteUri);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("was used or is over");
    }
}
